"""Whether a message to a client may go now (market-rules § 2.11)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Literal

from models.dates import BEIJING
from models.rules.basis.missing import configured
from models.rules.basis.settings.service import MessageSettings
from models.rules.decision import Decision

_SOURCE = "§ 2.11"


class Purpose(StrEnum):
    """Why a message is sent; the port it uses has the same words.

    ``HOUSEHOLD`` is no message: the client lets the others of his household see what he has.
    """

    MARKETING = "marketing"
    SERVICE = "service"
    HOUSEHOLD = "household"


@dataclass(frozen=True, slots=True)
class OptOut:
    """The client refused messages of a purpose."""

    purpose: Purpose
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SendCase:
    """A message ready to go, and what the client agreed to; ``list_built_at`` decides nothing."""

    purpose: Purpose
    port: Purpose
    consent: Literal["explicit", "implied"] | None = None
    subscribed: bool | None = None
    opt_outs: tuple[OptOut, ...] = ()
    list_built_at: datetime | None = None


def check_send(settings: MessageSettings, case: SendCase, now: datetime) -> Decision:
    """Judge a message at the moment of sending.

    ``numbers``: action (send, hold, refuse), hold_until. Raises NotConfigured QUIET_HOURS.
    """
    reason = next(_refusals(case, now), "")
    if reason:
        return Decision(reason, {"action": "refuse"}, _SOURCE)
    until = _quiet_until(settings, now) if case.purpose is Purpose.MARKETING else None
    if until is not None:
        return Decision("QUIET_HOURS", {"action": "hold", "hold_until": until}, _SOURCE)
    return Decision(numbers={"action": "send"}, source=_SOURCE)


def _refusals(case: SendCase, now: datetime) -> Iterator[str]:
    if case.purpose is not case.port or case.purpose is Purpose.HOUSEHOLD:
        yield "PURPOSE_MISMATCH"
    if any(out.purpose is case.purpose and out.at <= now for out in case.opt_outs):
        yield "OPTED_OUT"
    if case.purpose is Purpose.SERVICE and case.subscribed is False:
        yield "NOT_SUBSCRIBED"
    if case.purpose is Purpose.MARKETING and case.consent != "explicit":
        yield "NO_CONSENT"


def _quiet_until(settings: MessageSettings, now: datetime) -> datetime | None:
    """Return the end of the quiet hours that ``now`` lies in; they may pass midnight."""
    start = configured(settings.quiet_from, "QUIET_HOURS")
    end = configured(settings.quiet_to, "QUIET_HOURS")
    local = now.astimezone(BEIJING)
    if not _is_quiet(start, end, local.time()):
        return None
    until = datetime.combine(local.date(), end, BEIJING)
    return until if until > local else until + timedelta(days=1)


def _is_quiet(start: time, end: time, clock: time) -> bool:
    if start <= end:
        return start <= clock < end
    return clock >= start or clock < end
