"""All life cycles by table: the same steps that central's database holds rows to."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TypeVar

from models.lives.application import (
    APPLICATION_STEPS,
    EXCEPTION_STEPS,
    ApplicationState,
    ExceptionState,
)
from models.lives.approval import APPROVAL_STEPS, ApprovalState
from models.lives.exam import EXAM_STEPS, ExamState
from models.lives.imports import IMPORT_STEPS, LOAD_STEPS, ImportState, LoadState
from models.lives.mandate import MANDATE_STEPS, MandateState
from models.lives.points_hold import HOLD_STEPS, HoldState
from models.lives.subscription import FIRST_STATES, SUBSCRIPTION_STEPS
from models.lives.task import TASK_STEPS, TaskState
from models.lives.teams.call import CALL_STEPS, CallState
from models.lives.teams.campaign import (
    CAMPAIGN_STEPS,
    INVITATION_STEPS,
    CampaignState,
    InvitationState,
)
from models.lives.teams.question import QUESTION_STEPS, QuestionState

State = TypeVar("State", bound=StrEnum)
BORN = ""  # the state before the first one


def may_step(steps: Mapping[State, frozenset[State]], before: State, after: State) -> bool:
    """Tell whether a life may go from one state to the other."""
    return after in steps[before]


def _pairs(
    steps: Mapping[State, frozenset[State]], first: Iterable[State]
) -> frozenset[tuple[str, str]]:
    born = {(BORN, state.value) for state in first}
    return frozenset(born | {(one.value, to.value) for one, after in steps.items() for to in after})


# By the table whose column ``state`` they are of: every allowed (before, after).
LIVES: dict[str, frozenset[tuple[str, str]]] = {
    "advisory_question": _pairs(QUESTION_STEPS, [QuestionState.OPEN]),
    "approval": _pairs(APPROVAL_STEPS, [ApprovalState.PENDING]),
    "application": _pairs(APPLICATION_STEPS, [ApplicationState.APPLIED]),
    "campaign": _pairs(CAMPAIGN_STEPS, [CampaignState.DRAFT]),
    "campaign_invitation": _pairs(INVITATION_STEPS, [InvitationState.INVITED]),
    "mandate": _pairs(MANDATE_STEPS, set(MandateState) - {MandateState.ENDED}),
    "exam_attempt": _pairs(EXAM_STEPS, [ExamState.BEGUN]),
    "import_batch": _pairs(IMPORT_STEPS, [ImportState.KNOWN, ImportState.PENDING]),
    "loaded_file": _pairs(LOAD_STEPS, [LoadState.LOADED]),
    "points_hold": _pairs(HOLD_STEPS, [HoldState.HELD]),
    "rate_exception": _pairs(EXCEPTION_STEPS, [ExceptionState.SUBMITTED]),
    "service_call": _pairs(CALL_STEPS, [CallState.WAITING, CallState.REDIRECTED]),
    "subscription": _pairs(SUBSCRIPTION_STEPS, FIRST_STATES),
    "task": _pairs(TASK_STEPS, [TaskState.OPEN, TaskState.DONE]),  # an acknowledged alert is done
}
