"""One row of the agenda, and the one order of all of them (F4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from models.rules.basis.missing import configured
from models.rules.basis.settings.service import AgendaSettings


class AgendaKind(StrEnum):
    """Why a row is there; the words of the setting ``agenda.weights``."""

    BALLOT = "ballot"
    RISK_TEST = "risk_test"
    TIER_LOSS = "tier_loss"
    BIRTHDAY = "birthday"
    ALERT = "alert"
    SUBSCRIPTION = "subscription"
    NO_CONTACT = "no_contact"
    TASK = "task"
    APPROVAL = "approval"
    REFUSED = "refused"


class AgendaAction(StrEnum):
    """The one thing to do next."""

    CALL_TO_PAY = "call_to_pay"
    RECORD_RISK_TEST = "record_risk_test"
    LOG_CONTACT = "log_contact"
    ACKNOWLEDGE_ALERT = "acknowledge_alert"
    SUBSCRIBE_SMS = "subscribe_sms"
    APPLY_FOR_PRODUCT = "apply_for_product"
    FINISH_TASK = "finish_task"
    DECIDE_APPROVAL = "decide_approval"


@dataclass(frozen=True, slots=True)
class AgendaRow:
    """``row_id`` is the same for the same event, another for another; ``client_id`` "" = nobody's.

    ``reason`` is plain Chinese with the numbers, ``about`` what the action is done with.
    """

    row_id: str
    kind: AgendaKind
    client_id: str
    reason: str
    due: datetime
    action: AgendaAction
    about: str = ""


def row_id(kind: AgendaKind, client_id: str, event: str) -> str:
    """Return the id of a row: its kind, the client and the event that it comes from."""
    return f"{kind}:{client_id}:{event}"


def ranked(
    rows: Iterable[AgendaRow], settings: AgendaSettings, now: datetime
) -> tuple[AgendaRow, ...]:
    """Return the rows in their order, the same for the same rows.

    First what is due by the end of today, by the firm's weight of its kind, the earlier before the
    later, then by client; then all else in the same way. Raises NotConfigured AGENDA_WEIGHT_<KIND>.
    """

    def place(row: AgendaRow) -> tuple[bool, int, datetime, str, str]:
        is_later = row.due.date() > now.date()
        return is_later, -weight(settings, row.kind), row.due, row.client_id, row.row_id

    return tuple(sorted(rows, key=place))


def weight(settings: AgendaSettings, kind: AgendaKind) -> int:
    """Return how much a kind presses; raises NotConfigured AGENDA_WEIGHT_<KIND>."""
    return configured(settings.weights.get(kind.value), f"AGENDA_WEIGHT_{kind.name}")
