"""The order ticket: what is typed, and what every check says about it before it is sent (T8)."""

from dataclasses import dataclass

from models.trading.order import Side


@dataclass(frozen=True, slots=True)
class Ticket:
    """An order as typed; 0 or "" where nothing was typed yet."""

    client_id: str
    account: str
    symbol: str
    side: Side
    quantity: int
    price_units: int
    instruction_id: str
    second_person: str = ""


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One check: ``ok`` None = cannot be judged yet.

    ``code`` as in rules_eval, ``text`` carries the numbers, ``source`` the rule it comes from.
    """

    code: str
    ok: bool | None
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class TicketCheck:
    """All checks of a ticket, and its cost: ``amount_cents`` without, ``total_cents`` with fees."""

    lines: tuple[CheckLine, ...]
    amount_cents: int
    commission_cents: int
    fees_cents: int
    total_cents: int
    sellable: int
    available_cash_cents: int
    max_quantity: int

    @property
    def passes(self) -> bool:
        """Whether every check is known to hold."""
        return all(line.ok for line in self.lines)
