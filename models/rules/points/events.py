"""What may earn or cost a client points (service-system S7, S33-S35)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class CommissionEvent:
    """Commission in CNY charged for a trade; ``trade_date`` None = the day of the case."""

    kind: Literal["commission"]
    id: str
    amount: Decimal
    trade_date: date | None = None


@dataclass(frozen=True, slots=True)
class ReversalEvent:
    """The event ``of`` is taken back as a whole."""

    kind: Literal["reversal"]
    id: str
    of: str


@dataclass(frozen=True, slots=True)
class CorrectionEvent:
    """The commission ``of`` was really ``amount``."""

    kind: Literal["correction"]
    id: str
    of: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class FeeEvent:
    """A fee that is no commission."""

    kind: Literal["fee"]
    id: str
    fee: Literal["stamp", "transfer", "sms", "annual"]
    amount: Decimal


@dataclass(frozen=True, slots=True)
class ReferralEvent:
    """A client brought another (S33)."""

    kind: Literal["referral"]
    id: str
    referrer: str
    referred: str
    already_client: bool = False


@dataclass(frozen=True, slots=True)
class LoyaltyEvent:
    """A day that may be an anniversary of the account (S34)."""

    kind: Literal["loyalty"]
    id: str
    opened: date
    on: date
    closed: date | None = None


@dataclass(frozen=True, slots=True)
class SuggestionEvent:
    """A suggestion was filed or won an award (S35)."""

    kind: Literal["suggestion"]
    id: str
    suggestion: str
    state: Literal["filed", "awarded"]


BonusEvent: TypeAlias = ReferralEvent | LoyaltyEvent | SuggestionEvent
PointsEvent: TypeAlias = CommissionEvent | ReversalEvent | CorrectionEvent | FeeEvent | BonusEvent
