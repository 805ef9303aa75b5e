"""Which events of a day become messages to a client (service-system S22, S23)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal

from models.rules.alerts.events import (
    AlertEvent,
    BallotEvent,
    CallNoticeEvent,
    MoveEvent,
    PlainEvent,
    RightsEvent,
    RiskEvent,
    product_of,
)
from models.rules.basis.bounds import Shares
from models.rules.basis.calendar import TradingCalendar
from models.rules.basis.rounding import half_up, whole
from models.rules.basis.settings.service import AlertSettings
from models.rules.basis.settings.words import Sms


@dataclass(frozen=True, slots=True)
class AlertHolding:
    """Shares held this day, until ``sold_at``."""

    security: str
    qty: Shares
    sold_at: time | None = None


@dataclass(frozen=True, slots=True)
class AlertClient:
    """One client's holdings and running SMS subscriptions."""

    holdings: tuple[AlertHolding, ...]
    subscriptions: tuple[Sms, ...]

    def held(self, security: str, at: time) -> int:
        """Return the shares held at ``at``; sold at that very moment is sold."""
        return sum(
            holding.qty
            for holding in self.holdings
            if holding.security == security and (holding.sold_at is None or at < holding.sold_at)
        )


@dataclass(frozen=True, slots=True)
class AlertMessage:
    """A message of the event in place ``at`` of the day; ``product`` None = sent to every holder;
    ``more`` = what we add to what the event tells."""

    at: int
    event: str
    product: Sms | None
    more: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SuppressedEvent:
    """An event that makes no message."""

    event: str
    reason: str


@dataclass(frozen=True, slots=True)
class Alerts:
    """What a day's events make for one client."""

    messages: tuple[AlertMessage, ...]
    suppressed: tuple[SuppressedEvent, ...]
    source: str = "S22, S23"


@dataclass(frozen=True, slots=True)
class AlertDesk:
    """What alerts are made with; ``moment`` stands for an event that tells no time."""

    settings: AlertSettings
    calendar: TradingCalendar
    moment: time


def generate(desk: AlertDesk, client: AlertClient, events: Sequence[AlertEvent]) -> Alerts:
    """Return the messages of one day's events in order, one per security and kind."""
    told: set[tuple[str, str]] = set()
    messages: list[AlertMessage] = []
    suppressed: list[SuppressedEvent] = []
    for at, event in enumerate(events):
        held = client.held(event.security, event.at or desk.moment)
        reason = next(_suppressions(desk.settings, client, event, held), "")
        if not reason and (event.security, event.kind) in told:
            reason = "DUPLICATE"
        if reason:
            suppressed.append(SuppressedEvent(event.id, reason))
            continue
        told.add((event.security, event.kind))
        messages.append(_message(desk, at, event, held))
    return Alerts(tuple(messages), tuple(suppressed))


def _suppressions(
    settings: AlertSettings, client: AlertClient, event: AlertEvent, held: int
) -> Iterator[str]:
    product = product_of(event)
    if product is Sms.SMS2 and held <= 0:
        yield "NOT_HELD"
    if product not in client.subscriptions and not _is_mandatory(event):
        yield "NOT_SUBSCRIBED"
    if isinstance(event, MoveEvent):
        yield from _move_suppressions(settings, event)
    if isinstance(event, BallotEvent) and event.won_shares <= 0:
        yield "NOT_WON"


def _move_suppressions(settings: AlertSettings, event: MoveEvent) -> Iterator[str]:
    if settings.move_percent is None:
        yield "MOVE_PERCENT_NOT_CONFIGURED"
        return
    if abs(event.last - event.prev_close) * 100 < settings.move_percent * event.prev_close:
        yield "BELOW_LEVEL"


def _is_mandatory(event: AlertEvent) -> bool:
    return isinstance(event, RiskEvent) and event.mandatory


def _message(desk: AlertDesk, at: int, event: AlertEvent, held: int) -> AlertMessage:
    product = None if _is_mandatory(event) else product_of(event)
    return AlertMessage(at, event.id, product, _more(desk, event, held))


def _notice_days(desk: AlertDesk, event: CallNoticeEvent) -> tuple[date, ...] | None:
    before = desk.settings.call_notice_days_before
    if before is None:
        return None
    return tuple(desk.calendar.moved(event.last_trading_day, -days) for days in before)


def _more(desk: AlertDesk, event: AlertEvent, held: int) -> dict[str, object]:
    if isinstance(event, RightsEvent):
        about = whole(held * event.per_10 / 10)
        amount = half_up(Decimal(about) * event.price)
        return {"title": "配股", "about_qty": about, "about_amount": amount}
    if isinstance(event, PlainEvent) and event.kind == "follow_on":
        return {"title": "增发"}
    if isinstance(event, CallNoticeEvent):
        return {"remind_on": _notice_days(desk, event)}
    return {}
