"""Finds the judge of a command, and the client it is about."""

from typing import assert_never

from models.tables.firm import TASK
from models.tables.service import APPROVAL, APPROVAL_QUEUE, HOUSEHOLD_MEMBER
from models.wire.commands import FinishTask, LogContact, ServiceCommand
from models.wire.service.approvals import (
    ApprovalCommand,
    DecideApproval,
    RequestExport,
    WithdrawApproval,
)
from models.wire.service.clients import ClientCommand, UndoHouseholdChange
from models.wire.service.plans import AgendaCommand, SegmentCommand
from models.wire.service.points import PointsCommand
from models.wire.service.products import ProductCommand
from models.wire.service.tasks import MoveTask, TaskCommand
from models.wire.service.teams.calls import CallCommand
from models.wire.service.teams.campaigns import CampaignCommand
from models.wire.service.teams.questions import QuestionCommand
from models.wire.service.training import TrainingCommand
from models.wire.soundness import check_sound
from services.desk.service.approvals import judge_approval
from services.desk.service.case import Case, require
from services.desk.service.clients import judge_client
from services.desk.service.plans import judge_agenda, judge_segment
from services.desk.service.points import judge_points
from services.desk.service.products import judge_product
from services.desk.service.tasks import judge_task
from services.desk.service.teams.calls import judge_call
from services.desk.service.teams.campaigns import judge_campaign
from services.desk.service.teams.questions import client_of_question, judge_question
from services.desk.service.training.certified import require_certified
from services.desk.service.training.judge import judge_training


def judge(case: Case, command: ServiceCommand) -> None:
    """Refuse what a rule says no to, as far as this desk can tell."""
    require_certified(case, command)
    require(check_sound(command, case.now))
    if isinstance(command, ProductCommand):
        judge_product(case, command)
    elif isinstance(command, PointsCommand):
        judge_points(case, command)
    elif isinstance(command, ClientCommand | LogContact):
        judge_client(case, command)
    elif isinstance(command, CampaignCommand):
        judge_campaign(case, command)
    elif isinstance(command, QuestionCommand):
        judge_question(case, command)
    elif isinstance(command, CallCommand):
        judge_call(case, command)
    elif isinstance(command, ApprovalCommand):
        judge_approval(case, command)
    elif isinstance(command, TaskCommand | FinishTask):
        judge_task(case, command)
    elif isinstance(command, TrainingCommand):
        judge_training(case, command)
    elif isinstance(command, SegmentCommand):
        judge_segment(case, command)
    elif isinstance(command, AgendaCommand):
        judge_agenda(case, command)
    else:
        assert_never(command)


def subject_of(case: Case, command: ServiceCommand) -> str:
    """Return the client whose commands it is in line with; "" where it is about no one client."""
    if isinstance(command, DecideApproval | WithdrawApproval):
        return _of_approval(case, command.approval_id)
    if isinstance(command, CampaignCommand):
        return command.campaign_id  # all that is done about one campaign keeps its order
    if isinstance(command, QuestionCommand):  # in line with its client's other commands
        return client_of_question(case, command) or command.question_id
    if isinstance(command, CallCommand):
        return case.staff_id  # an agent's calls keep their order
    if isinstance(command, RequestExport):
        return command.export_id  # about no one client, also where some are named
    if isinstance(command, SegmentCommand):
        return command.segment_id
    if isinstance(command, AgendaCommand):
        return command.client_id or command.row_id
    if isinstance(command, MoveTask | FinishTask):
        return _text(case.row(TASK, TASK.c.task_id == command.task_id))
    for name in ("client_id", "referred"):
        if hasattr(command, name):
            return str(getattr(command, name))
    return _first_member(case, command)


def _first_member(case: Case, command: ServiceCommand) -> str:
    """Return the same client for all changes of one household, so that they keep their order."""
    member = HOUSEHOLD_MEMBER.c
    members: set[object] = set(getattr(command, "client_ids", ()))
    household = getattr(command, "household_id", None)
    if isinstance(command, UndoHouseholdChange):
        left = case.row(HOUSEHOLD_MEMBER, member.left_by == command.change_id)
        household = left["household_id"] if left else None
    if household is not None:
        rows = case.rows(HOUSEHOLD_MEMBER, member.household_id == household)
        members |= {row["client_id"] for row in rows}
    return str(min(members, key=str, default=""))


def _of_approval(case: Case, approval_id: str) -> str:
    for table in (APPROVAL, APPROVAL_QUEUE):
        row = case.row(table, table.c.approval_id == approval_id)
        if row is not None:
            return _text(row)
    return ""


def _text(row: "dict[str, str | int | bool | None] | None") -> str:
    return str(row["client_id"] or "") if row else ""
