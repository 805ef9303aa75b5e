"""What the journal is made of; replaying the records in order gives the whole state back."""

from enum import StrEnum

import msgspec

from models.market.instrument import Exchange, SecurityKind
from models.wire.ledger import (
    AccountOpened,
    CancelOrder,
    GiveSettings,
    LedgerEvent,
    OpenAccount,
    PlaceOrder,
    SettingsHeld,
)

PRICED_BY_BUILT_IN = 1
"""Version of journals whose orders were judged and priced by the built-in profile."""


class Cause(StrEnum):
    """What made an order step."""

    REQUEST = "request"
    SENT = "sent"
    ACCEPTED = "accepted"
    FILLED = "filled"
    CANCELLED = "cancelled"
    REJECTED = "rejected"
    CANCEL_REJECTED = "cancel_rejected"
    STATUS = "status"
    DEADLINE = "deadline"
    RESTART = "restart"
    DAY_OVER = "day_over"


class OrderTerms(msgspec.Struct, frozen=True):
    """What an order's money is reckoned by, fixed when it was taken.

    ``session`` is the exchange session it was meant for; ``rate_units`` the all-in commission;
    ``settings`` the fingerprint of the firm's settings ("" in journals of the first version).
    """

    exchange: Exchange
    kind: SecurityKind
    rate_units: int
    session: str
    settings: str = ""


class JournalOpened(msgspec.Struct, frozen=True, tag="opened"):
    """First record of a journal: ``ledger`` is its id."""

    ledger: str
    trade_date: str
    at: str
    version: int = 2


class RequestTaken(msgspec.Struct, frozen=True, tag="request"):
    """A request as it came, before anything was decided on it.

    ``settings``: fingerprint of the settings that an order is judged by; "" = none were known.
    """

    at: str
    request: PlaceOrder | CancelOrder
    settings: str = ""


class AccountStored(msgspec.Struct, frozen=True, tag="account"):
    """The opening state of an account, with the event that told of it."""

    event: AccountOpened
    opening: OpenAccount


class SettingsStored(msgspec.Struct, frozen=True, tag="settings"):
    """The firm's settings as they were given, with the event that told of it."""

    event: SettingsHeld
    given: GiveSettings


class EventStored(msgspec.Struct, frozen=True, tag="event"):
    """A numbered event; ``report`` is the exchange report behind it (0 = none)."""

    event: LedgerEvent
    cause: Cause
    session: str = ""
    report: int = 0
    terms: OrderTerms | None = None


class ReportSeen(msgspec.Struct, frozen=True, tag="report"):
    """An exchange report that changed nothing; ``note`` says why."""

    session: str
    report: int
    note: str


class SessionSeen(msgspec.Struct, frozen=True, tag="session"):
    """The exchange answered with another session: its reports number from 1 again."""

    session: str


class OrderNumbered(msgspec.Struct, frozen=True, tag="numbered"):
    """The exchange took an order under its own number (0 = not told) at ``accepted_ms``."""

    client_order_id: str
    exchange_order_id: int
    accepted_ms: int


JournalRecord = (
    JournalOpened
    | RequestTaken
    | SettingsStored
    | AccountStored
    | EventStored
    | ReportSeen
    | SessionSeen
    | OrderNumbered
)
