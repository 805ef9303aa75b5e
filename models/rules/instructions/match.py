"""Whether a ticket does what the client said, and nothing else (market-rules § 2.9)."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from models.dates import BEIJING
from models.rules.basis.bounds import Price
from models.rules.basis.settings.trading import OrderSettings
from models.rules.decision import Decision
from models.trading.instruction import PriceType
from models.trading.order import Side

_SOURCE = "§ 2.9 (1)"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientInstruction:
    """What the client said, for one ``day``; None or "" where he left something open.

    ``price`` in CNY, ``qty`` in shares.
    """

    id: str
    day: date
    security: str | None = None
    side: Side | None = None
    qty: int | None = None
    price: Price | None = None
    price_type: PriceType = PriceType.EXACT
    evidence_ref: str | None = None
    read_back: bool = False
    identity_checked: bool = False
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SentTicket:
    """A ticket at the moment it is sent; ``basket`` = a line of a basket for many clients."""

    security: str
    side: Side
    qty: int
    price: Decimal
    sent_at: datetime
    entered_by: str | None = None
    confirmed_by: str | None = None
    basket: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known before a ticket: its instruction, the shares already used of it, and whether
    this very order was sent before."""

    instruction: ClientInstruction | None
    used: int = 0
    already_sent: bool = False


def check_instruction(instruction: ClientInstruction) -> Decision:
    """Tell whether an instruction can be stored: nothing left to staff, and all evidence there."""
    said = (instruction.security, instruction.side, instruction.qty, instruction.price)
    evidence = (instruction.evidence_ref, instruction.read_back, instruction.identity_checked)
    if not all(said):
        return Decision("DISCRETION_NOT_ALLOWED", source="§ 2.9, Securities Law art. 134")
    if not all(evidence):
        return Decision("INSTRUCTION_INCOMPLETE", source=_SOURCE)
    return Decision(source=_SOURCE)


def match_ticket(standing: Standing, ticket: SentTicket, settings: OrderSettings) -> Decision:
    """Tell whether ``ticket`` may be sent on this instruction.

    ``numbers``: ``field`` that differs, ``left`` shares of the instruction, ``amount`` in CNY.
    Where the amount that asks for a second person is unset: SECOND_PERSON_NOT_CONFIGURED.
    """
    if standing.already_sent:
        return _refusal("DUPLICATE")
    instruction = standing.instruction
    if instruction is None:
        return _refusal("CONSENT_MISSING" if ticket.basket else "NO_INSTRUCTION")
    own = check_instruction(instruction)
    if not own.ok:
        return own
    return _match(instruction, standing.used, ticket, settings)


def _match(
    instruction: ClientInstruction, used: int, ticket: SentTicket, settings: OrderSettings
) -> Decision:
    left = (instruction.qty or 0) - used
    field = _first_difference(instruction, ticket)
    amount = ticket.qty * ticket.price
    faults = (
        (ticket.sent_at.astimezone(BEIJING).date() > instruction.day, "INSTRUCTION_EXPIRED"),
        (_is_withdrawn(instruction, ticket.sent_at), "INSTRUCTION_WITHDRAWN"),
        (field is not None, "INSTRUCTION_MISMATCH"),
        (ticket.qty > left, "INSTRUCTION_EXHAUSTED"),
        (settings.second_person_from is None, "SECOND_PERSON_NOT_CONFIGURED"),
        (_lacks_second_person(ticket, amount, settings), "SECOND_PERSON_REQUIRED"),
    )
    reason = next((reason for broken, reason in faults if broken), "")
    shown = field if reason == "INSTRUCTION_MISMATCH" else None
    return Decision(reason, {"field": shown, "left": left, "amount": amount}, _SOURCE)


def _refusal(reason: str) -> Decision:
    return Decision(reason, {"field": None}, _SOURCE)


def _is_withdrawn(instruction: ClientInstruction, sent_at: datetime) -> bool:
    return instruction.withdrawn_at is not None and sent_at >= instruction.withdrawn_at


def _first_difference(instruction: ClientInstruction, ticket: SentTicket) -> str | None:
    differences = (
        (ticket.security != instruction.security, "security"),
        (ticket.side != instruction.side, "side"),
        (not _price_fits(instruction, ticket), "price"),
    )
    return next((field for differs, field in differences if differs), None)


def _price_fits(instruction: ClientInstruction, ticket: SentTicket) -> bool:
    price = instruction.price
    if price is None or instruction.price_type is PriceType.EXACT:
        return ticket.price == price
    return ticket.price <= price if ticket.side is Side.BUY else ticket.price >= price


def _lacks_second_person(ticket: SentTicket, amount: Decimal, settings: OrderSettings) -> bool:
    if settings.second_person_from is None or amount < settings.second_person_from:
        return False
    two = ticket.entered_by and ticket.confirmed_by
    return not two or ticket.confirmed_by == ticket.entered_by
