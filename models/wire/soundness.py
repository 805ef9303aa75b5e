"""Whether a command is sound by itself, whatever the rows say: asked at the desk and at central."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta

import msgspec

from models.clients.contact import is_contact
from models.dates import BEIJING, day_of, moment_of
from models.lives.consent import CONSENT_CHANNELS, ConsentForm
from models.lives.task import TASK_STEPS, TaskState, is_centrals
from models.rules.decision import Decision
from models.wire.commands import Command, FinishTask, LogContact
from models.wire.service.approvals import GrantTier, ProposeSetting, RequestExport, RequestUnmask
from models.wire.service.clients import (
    EditContact,
    FormHousehold,
    RecordConsent,
    RecordRiskTest,
    RelateClients,
    SplitHousehold,
)
from models.wire.service.plans import (
    ChangeSegment,
    DismissAgenda,
    RestoreAgenda,
    SaveSegment,
    SnoozeAgenda,
)
from models.wire.service.points import AwardLoyalty, CorrectCommission, RedeemPoints
from models.wire.service.products import (
    ApplyForProduct,
    CancelSubscription,
    ChangeBaseRate,
    CorrectFee,
    RequestRateException,
    RevokeRateException,
    SubscribeSms,
)
from models.wire.service.tasks import AddReminder, MoveTask
from models.wire.service.teams.calls import FinishCall, IdentifyCall, TakeNextCall
from models.wire.service.teams.questions import (
    AnswerQuestion,
    AskQuestion,
    EscalateQuestion,
    HandBackQuestion,
    RelayAnswer,
    ReopenQuestion,
    WithdrawQuestion,
)

_MOST_MONTHS = 120
_LEAST_NUMBER, _MOST_NUMBER = -(2**63), 2**63 - 1
_MOST_CLIENTS = 5_000
_MOST_EXPORT_DAYS = 30
_LIMITS: Mapping[str, Mapping[str, object]] = {
    "MONTHS_INVALID": {"最多": _MOST_MONTHS},
    "CLIENTS_INVALID": {"最多": _MOST_CLIENTS},
    "EXPORT_DAYS": {"最多天数": _MOST_EXPORT_DAYS},
}


def check_sound(command: Command, now: datetime) -> Decision:
    """Return the first fault in what the command says.

    Raises DateInvalid where a day or moment of it is none.
    """
    told = unstorable(command)
    if told:
        return Decision(told)
    day = now.astimezone(BEIJING).date()
    for faults in (
        _of_client,
        _of_family,
        _of_product,
        _of_points,
        _of_request,
        _of_plan,
        _of_question,
        _of_call,
    ):
        reason = next(faults(command, day, now), "")
        if reason:
            return Decision(reason, _LIMITS.get(reason, {}))
    return Decision()


def _of_client(command: Command, day: date, now: datetime) -> Iterator[str]:
    """What is written down of a client."""
    match command:
        case RecordRiskTest():
            if day_of(command.tested_on) > day:
                yield "TEST_IN_FUTURE"
            if not command.evidence_ref:
                yield "EVIDENCE_MISSING"
        case RecordConsent():
            if command.channel not in CONSENT_CHANNELS:
                yield "CHANNEL_UNKNOWN"
            if command.form is not ConsentForm.WITHDRAWN and not command.proof_ref:
                yield "PROOF_MISSING"
            if moment_of(command.at) > now:
                yield "CONSENT_IN_FUTURE"
        case LogContact() | EditContact():
            if not is_contact(command.channel, command.direction):
                yield "CONTACT_INVALID"
            if not command.summary.strip():
                yield "CONTACT_EMPTY"


def _of_family(command: Command, _: date, __: datetime) -> Iterator[str]:
    """Who belongs together."""
    match command:
        case FormHousehold():
            if not command.name.strip():
                yield "HOUSEHOLD_NAME"
            if not command.client_ids or not _are_distinct(command.client_ids):
                yield "MEMBERS_INVALID"
        case SplitHousehold():
            if not command.name.strip():
                yield "HOUSEHOLD_NAME"
        case RelateClients():
            if command.client_id == command.other_id:
                yield "SELF_RELATION"


def _of_product(command: Command, day: date, _: datetime) -> Iterator[str]:
    match command:
        case SubscribeSms():
            if not 1 <= command.months <= _MOST_MONTHS:
                yield "MONTHS_INVALID"
            if not command.payment_ref:
                yield "PAYMENT_MISSING"
        case ApplyForProduct():
            if not 0 <= command.months <= _MOST_MONTHS:
                yield "MONTHS_INVALID"
        case CancelSubscription():
            if day_of(command.last_day) < day:
                yield "LAST_DAY_PAST"
        case ChangeBaseRate():
            if day_of(command.starts_on) <= day:
                yield "RATE_IN_THE_PAST"
            if not command.reason.strip():
                yield "REASON_MISSING"
        case CorrectFee():
            if command.amount_cents < 0 or not command.source.strip():
                yield "FEE_CORRECTION_INVALID"
        case RevokeRateException():
            if day_of(command.last_day) < day:
                yield "LAST_DAY_PAST"
            if not command.reason.strip():
                yield "REASON_MISSING"
        case RequestRateException():
            if day_of(command.until) <= day:
                yield "EXCEPTION_OVER"
            if not command.reason.strip():
                yield "REASON_MISSING"


def _of_points(command: Command, day: date, _: datetime) -> Iterator[str]:
    match command:
        case RedeemPoints():
            if not 1 <= command.months <= _MOST_MONTHS:
                yield "MONTHS_INVALID"
        case AwardLoyalty():
            if day_of(command.on) > day:
                yield "NO_ANNIVERSARY"
        case CorrectCommission():
            if command.amount_cents < 0 or not command.source:
                yield "CORRECTION_INVALID"


def _of_request(command: Command, day: date, _: datetime) -> Iterator[str]:
    """What a second person is asked for."""
    match command:
        case GrantTier():
            if not day <= day_of(command.starts_on) <= day_of(command.ends_on):
                yield "GRANT_DAYS"
            if not command.reason.strip():
                yield "GRANT_REASON"
        case ProposeSetting():
            if day_of(command.effective_from) <= day:
                yield "SETTING_IN_THE_PAST"
        case RequestExport():
            last = day + timedelta(days=_MOST_EXPORT_DAYS)
            if command.until and not day <= day_of(command.until) <= last:
                yield "EXPORT_DAYS"
            if not command.reason.strip():
                yield "REASON_MISSING"
            if not _are_distinct(command.client_ids) or (command.client_ids and command.tiers):
                yield "CLIENTS_INVALID"
        case RequestUnmask():
            if day_of(command.until) < day:
                yield "UNMASK_OVER"
            if not command.reason.strip():
                yield "REASON_MISSING"
            if not command.client_ids or not _are_distinct(command.client_ids):
                yield "CLIENTS_INVALID"


def _of_plan(command: Command, _: date, now: datetime) -> Iterator[str]:
    """What a person plans for himself."""
    match command:
        case AddReminder():
            if not command.title.strip():
                yield "TASK_EMPTY"
            if is_centrals(command.task_id):
                yield "TASK_NAME"
            moment_of(command.due_at)
        case MoveTask():
            moment_of(command.new_time)
        case FinishTask():
            if command.state not in TASK_STEPS[TaskState.OPEN]:
                yield "TASK_STATE"
        case SaveSegment() | ChangeSegment():
            if not command.name.strip():
                yield "SEGMENT_NAME"
        case SnoozeAgenda() | DismissAgenda() | RestoreAgenda():
            if not command.row_id:
                yield "AGENDA_ROW"
            if isinstance(command, SnoozeAgenda) and moment_of(command.until) <= now:
                yield "AGENDA_PAST"
            if isinstance(command, DismissAgenda) and not command.reason.strip():
                yield "AGENDA_REASON"


def _of_question(command: Command, _: date, __: datetime) -> Iterator[str]:
    """What goes to the advisory network and comes back."""
    match command:
        case AskQuestion():
            if not command.title.strip() or not command.body.strip():
                yield "QUESTION_BLANK"
        case AnswerQuestion():
            if not command.answer.strip():
                yield "ANSWER_EMPTY"
            if len(set(command.reports)) != len(command.reports):
                yield "REPORT_TWICE"
        case HandBackQuestion() | EscalateQuestion() | WithdrawQuestion() | ReopenQuestion():
            if not command.reason.strip():
                yield "REASON_MISSING"
        case RelayAnswer():
            if not is_contact(command.channel, "out"):
                yield "CONTACT_INVALID"
            moment_of(command.happened_at)


def _of_call(command: Command, _: date, __: datetime) -> Iterator[str]:
    match command:
        case TakeNextCall():
            if command.channel not in ("", "call_centre", "dedicated_line"):
                yield "CHANNEL_UNKNOWN"
        case IdentifyCall():
            if not command.account.strip():
                yield "ACCOUNT_MISSING"
        case FinishCall():
            if not command.summary.strip():
                yield "CONTACT_EMPTY"


def _are_distinct(client_ids: tuple[str, ...]) -> bool:
    return len(set(client_ids)) == len(client_ids) <= _MOST_CLIENTS


def unstorable(message: msgspec.Struct) -> str:
    """Return TEXT_INVALID or NUMBER_INVALID for the first value that no column takes, else ""."""
    for value in _values(message):
        if isinstance(value, str):
            if "\0" in value:
                return "TEXT_INVALID"
        elif not _LEAST_NUMBER <= value <= _MOST_NUMBER:
            return "NUMBER_INVALID"
    return ""


def _values(part: object) -> Iterator[str | int]:
    """Every text and number in a message, at any depth; bytes are content and may be anything."""
    if isinstance(part, str | int):
        yield part
    elif isinstance(part, msgspec.Struct):
        for each in msgspec.structs.astuple(part):
            yield from _values(each)
    elif isinstance(part, dict):
        yield from _values((*part, *part.values()))
    elif isinstance(part, Iterable) and not isinstance(part, bytes):
        for each in part:
            yield from _values(each)
