"""Ledger lane between desk and engine: numbered, stored before sent, replayable.

The desk connects to ``/ledger`` and sends LedgerHello; the engine answers LedgerWelcome and then
every event after ``after_number``, oldest first, and goes on live. A request is answered by the
events it causes; the same ``client_order_id`` again causes no second order, its state comes again.
"""

import hashlib

import msgspec

from models.trading.instruction import Instruction
from models.trading.order import Fill, Order, Side
from models.wire.codec import encode

_FINGERPRINT_DIGITS = 16


class LedgerHello(msgspec.Struct, frozen=True, tag="ledger_hello"):
    """Sign-in with the launch token."""

    token: str
    after_number: int
    ledger: str  # id of the journal the number belongs to; "" = none yet


class LedgerWelcome(msgspec.Struct, frozen=True, tag="ledger_welcome"):
    """``ledger`` names the journal; a new one restarts the numbers."""

    ledger: str
    last_number: int
    trade_date: str


class LedgerDenied(msgspec.Struct, frozen=True, tag="ledger_denied"):
    """The connection is refused and closed."""

    code: str
    text: str


class OpeningHolding(msgspec.Struct, frozen=True):
    """Shares of one security before today's trades."""

    symbol: str
    quantity: int
    sellable: int


class OpenAccount(msgspec.Struct, frozen=True, tag="open_account"):
    """State of an account for one trade date; the first one of a date counts, later are ignored.

    ``rate_units``: commission, all-in, in rate units; ``fingerprint`` changes with the content.
    """

    account: str
    client_id: str
    trade_date: str
    cash_cents: int
    rate_units: int
    holdings: tuple[OpeningHolding, ...]


class GiveSettings(msgspec.Struct, frozen=True, tag="give_settings"):
    """The firm's settings in force on one trade date; the ones given last judge what comes next.

    ``sections``: name and JSON text of each, sorted by name.
    """

    trade_date: str
    sections: tuple[tuple[str, str], ...]

    @property
    def fingerprint(self) -> str:
        """Names these settings: another content or day has another one."""
        return hashlib.sha256(encode(self)).hexdigest()[:_FINGERPRINT_DIGITS]


class GiveInstruction(msgspec.Struct, frozen=True, tag="give_instruction"):
    """A recorded instruction (new, or with ``withdrawn_at`` set)."""

    instruction: Instruction


class PlaceOrder(msgspec.Struct, frozen=True, tag="place_order"):
    """Enter a limit order for a client; ``second_person`` confirms large amounts."""

    client_order_id: str
    client_id: str
    account: str
    symbol: str
    side: Side
    quantity: int
    price_units: int
    instruction_id: str
    entered_by: str
    second_person: str = ""


class CancelOrder(msgspec.Struct, frozen=True, tag="cancel_order"):
    """Withdraw what is left; always passed on, always counted."""

    client_order_id: str
    requested_by: str


class OrderChanged(msgspec.Struct, frozen=True, tag="order_changed"):
    """The order as it is after one step; ``fill`` when the step was a trade."""

    number: int
    at: str
    order: Order
    fill: Fill | None = None


class AccountOpened(msgspec.Struct, frozen=True, tag="account_opened"):
    """The engine knows the account for this trade date."""

    number: int
    at: str
    account: str
    trade_date: str


class SettingsHeld(msgspec.Struct, frozen=True, tag="settings_held"):
    """From here on the engine judges by these settings."""

    number: int
    at: str
    fingerprint: str


class SettingsRefused(msgspec.Struct, frozen=True, tag="settings_refused"):
    """The engine does not judge by these settings; those it had before stay."""

    number: int
    at: str
    fingerprint: str
    reason: str
    reason_text: str


class InstructionHeld(msgspec.Struct, frozen=True, tag="instruction_held"):
    """The engine holds the instruction in this form."""

    number: int
    at: str
    instruction: Instruction


class CancelRefused(msgspec.Struct, frozen=True, tag="cancel_refused"):
    """A cancel had no effect; the reason says why."""

    number: int
    at: str
    client_order_id: str
    reason: str
    reason_text: str


LedgerInput = GiveSettings | OpenAccount | GiveInstruction | PlaceOrder | CancelOrder
LedgerRequest = LedgerHello | LedgerInput
LedgerEvent = (
    OrderChanged | AccountOpened | SettingsHeld | SettingsRefused | InstructionHeld | CancelRefused
)
LedgerMessage = LedgerWelcome | LedgerDenied | LedgerEvent
