"""What a report is made of: one client's rows of this desk's store at one moment, as values."""

from dataclasses import dataclass
from datetime import date

from models.clients.profile import TierReason
from models.clients.tier import Tier
from models.files.report.period import Period
from models.market.instrument import SecurityKind
from models.rules.basis.profile import Settings
from models.rules.products.rate_spans import RateSpan
from models.trading.order import Side
from services.desk.storage.queries.alerts import ClientAlert, SecurityEvent
from services.desk.storage.queries.charges import PostedFee
from services.desk.storage.queries.marks import AssetMark
from services.rules.dated import SettingsByDay


@dataclass(frozen=True, slots=True)
class Person:
    """The client as this report shows him: personal fields are masked already, or not shown."""

    client_id: str
    manager: str
    name: str
    mobile: str
    id_no: str
    birthday: str
    accounts: tuple[str, ...]
    opened_on: str
    tier: Tier
    risk_class: str
    risk_tested_on: str


@dataclass(frozen=True, slots=True)
class HeldShares:
    """A position at the price last seen; ``price_units`` 0 = none, it is valued at its cost."""

    symbol: str
    name: str
    industry: str
    status: str
    quantity: int
    cost_cents: int
    price_units: int
    value_cents: int
    seen_at: str


@dataclass(frozen=True, slots=True)
class TradedDay:
    """All trades of one order; charges are 0 until central has booked them (``is_charged``)."""

    day: str
    symbol: str
    name: str
    kind: SecurityKind | None
    side: Side
    quantity: int
    amounts_units: tuple[int, ...]  # price units times shares, a trade each
    commission_cents: int
    fees_cents: int
    is_charged: bool


@dataclass(frozen=True, slots=True)
class PointsPosted:
    """One entry of the points ledger; ``amount_cents``: commission that it was earned with."""

    day: str
    kind: str
    milli: int
    amount_cents: int
    note: str


@dataclass(frozen=True, slots=True)
class Subscribed:
    """One product of the client, days as stored."""

    product: str
    state: str
    starts_on: str
    ends_on: str
    paid_by: str


@dataclass(frozen=True, slots=True)
class Contacted:
    """One contact; ``is_pending`` = not yet at central."""

    at: str
    channel: str
    direction: str
    summary: str
    by: str
    is_pending: bool


@dataclass(frozen=True, slots=True)
class Invited:
    """A campaign that the client is coming to, or may still answer."""

    title: str
    place: str
    starts_at: str
    state: str


@dataclass(frozen=True, slots=True)
class ClientFacts:
    """One client; lists are oldest first. ``points`` are all entries there ever were."""

    person: Person
    tier: TierReason
    cash_cents: int
    holdings: tuple[HeldShares, ...]
    marks: tuple[AssetMark, ...]
    trades: tuple[TradedDay, ...]
    rates: tuple[RateSpan, ...]
    points: tuple[PointsPosted, ...]
    points_milli: int
    held_milli: int
    subscriptions: tuple[Subscribed, ...]
    fees: tuple[PostedFee, ...]
    contacts: tuple[Contacted, ...]
    alerts: tuple[ClientAlert, ...]
    events: tuple[SecurityEvent, ...]
    invitations: tuple[Invited, ...]

    @property
    def value_cents(self) -> int:
        """Of all positions."""
        return sum(held.value_cents for held in self.holdings)

    @property
    def assets_cents(self) -> int:
        """Cash and positions."""
        return self.cash_cents + self.value_cents


@dataclass(frozen=True, slots=True)
class Told:
    """What holds for the whole report, which is made on ``today``."""

    period: Period
    today: date
    made_at: str
    branch: str
    maker: str
    rules: SettingsByDay

    @property
    def settings(self) -> Settings:
        """Those of the day it is made."""
        return self.rules.on(self.today)
