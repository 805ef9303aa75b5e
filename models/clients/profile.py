"""Everything the client page shows. Personal data is masked already."""

from dataclasses import dataclass

from models.clients.card import ClientCard
from models.clients.tier import Tier
from models.trading.instruction import Instruction
from models.trading.order import Order


@dataclass(frozen=True, slots=True)
class TierReason:
    """Why he has this tier and what is missing to the next (cents; None = no such bound)."""

    tier: Tier
    by: tuple[str, ...]
    average_assets_cents: int
    year_commission_cents: int
    next_tier: Tier | None
    assets_gap_cents: int | None
    commission_gap_cents: int | None


@dataclass(frozen=True, slots=True)
class HoldingLine:
    """A position at live prices; ``last_units`` 0 = no price."""

    symbol: str
    name: str
    quantity: int
    sellable: int
    cost_cents: int
    last_units: int
    previous_close_units: int
    value_cents: int
    profit_cents: int
    day_change_cents: int
    share_permille: int  # of the client's assets


@dataclass(frozen=True, slots=True)
class PointsLine:
    """One points entry."""

    posted_at: str
    kind: str
    points_milli: int
    note: str


@dataclass(frozen=True, slots=True)
class SubscriptionLine:
    """One product of the client."""

    product: str
    state: str
    starts_on: str
    ends_on: str
    paid_by: str


@dataclass(frozen=True, slots=True)
class FeeLine:
    """A product's annual fee for a period; ``reason``: why nothing was charged, "" = it was."""

    product: str
    period_from: str
    period_to: str
    days: int
    average_cents: int
    amount_cents: int
    reason: str


@dataclass(frozen=True, slots=True)
class ContactLine:
    """One contact; ``pending`` = not yet at central (待同步)."""

    happened_at: str
    channel: str
    direction: str
    summary: str
    by_staff: str
    pending: bool


@dataclass(frozen=True, slots=True)
class MandateLine:
    """One program-trading mandate."""

    strategy: str
    state: str
    report_state: str
    capital_cents: int
    starts_on: str
    ends_on: str


@dataclass(frozen=True, slots=True)
class ClientProfile:
    """One client, whole. Lists are newest first."""

    card: ClientCard
    gender: str
    birthday_masked: str
    id_masked: str
    opened_on: str
    risk_tested_on: str
    risk_valid_to: str
    risk_expired: bool
    rate_permille: str
    cash_cents: int
    frozen_cents: int
    points_milli: int
    tier: TierReason
    holdings: tuple[HoldingLine, ...]
    points: tuple[PointsLine, ...]
    subscriptions: tuple[SubscriptionLine, ...]
    contacts: tuple[ContactLine, ...]
    mandates: tuple[MandateLine, ...]
    instructions: tuple[Instruction, ...]
    orders: tuple[Order, ...]
    fees: tuple[FeeLine, ...] = ()
