"""What may be worth an alert to a client (service-system S22, S23, D14)."""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

from models.rules.basis.bounds import Price, Shares
from models.rules.basis.settings.words import Sms


@dataclass(frozen=True, slots=True, kw_only=True)
class _Event:
    id: str
    security: str
    at: datetime.time | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveEvent(_Event):
    """A price moved; CNY."""

    kind: Literal["move"]
    prev_close: Price
    last: Price


@dataclass(frozen=True, slots=True, kw_only=True)
class ResearchEvent(_Event):
    """A report or a rating came out."""

    kind: Literal["research", "rating"]
    publisher: str | None = None
    date: datetime.date | None = None
    old_rating: str | None = None
    new_rating: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskEvent(_Event):
    """A risk warning; a mandatory one goes to every holder."""

    kind: Literal["risk"]
    mandatory: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RightsEvent(_Event):
    """A rights issue: so many new shares for ten held, at ``price`` CNY."""

    kind: Literal["rights"]
    per_10: Price
    price: Price
    last_pay_day: datetime.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallNoticeEvent(_Event):
    """A convertible is called."""

    kind: Literal["call_notice"]
    last_trading_day: datetime.date
    call_price: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainEvent(_Event):
    """A follow-on offering or a warrant's listing or expiry: the fact is the message."""

    kind: Literal["follow_on", "warrant_listing", "warrant_expiry"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BallotEvent(_Event):
    """The ballot of an issue was drawn."""

    kind: Literal["ipo_ballot"]
    won_shares: Shares


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueEvent(_Event):
    """News of an issue."""

    kind: Literal["ipo_issue", "ipo_listing", "ipo_price_range", "ipo_strategy"]


HoldingEvent: TypeAlias = (
    MoveEvent | ResearchEvent | RiskEvent | RightsEvent | CallNoticeEvent | PlainEvent
)
IpoEvent: TypeAlias = BallotEvent | IssueEvent
AlertEvent: TypeAlias = HoldingEvent | IpoEvent


def product_of(event: AlertEvent) -> Sms:
    """Return the SMS product an event belongs to."""
    return Sms.SMS3 if isinstance(event, BallotEvent | IssueEvent) else Sms.SMS2
