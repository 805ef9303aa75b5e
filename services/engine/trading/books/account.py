"""One account on one trade date: its opening state and what its orders did to it."""

from dataclasses import dataclass, field

from models.rules.ticket.effect import Effect
from models.wire.ledger import OpenAccount


@dataclass(slots=True)
class HoldingBook:
    """Three books of one security: position, what may be sold (T+1), what orders hold frozen.

    ``bought`` is what today's buys traded and may still trade, for daily caps.
    """

    quantity: int = 0
    sellable: int = 0
    frozen: int = 0
    bought: int = 0


@dataclass(slots=True)
class AccountBook:
    """Cash in cents; ``frozen_cents`` is reserved by live orders."""

    account: str
    client_id: str
    rate_units: int
    cash_cents: int
    frozen_cents: int = 0
    holdings: dict[str, HoldingBook] = field(default_factory=dict)

    @property
    def available_cents(self) -> int:
        """Cash that a new order may use."""
        return self.cash_cents - self.frozen_cents

    def sellable(self, symbol: str) -> int:
        """Shares that a new order may sell."""
        holding = self.holdings.get(symbol)
        return holding.sellable - holding.frozen if holding else 0

    def bought_today(self, symbol: str) -> int:
        """Shares that today's orders bought or may still buy."""
        holding = self.holdings.get(symbol)
        return holding.bought if holding else 0

    def swap(self, symbol: str, old: Effect, new: Effect) -> None:
        """Replace what one order did before by what it does now."""
        self.cash_cents += new.cash_cents - old.cash_cents
        self.frozen_cents += new.frozen_cents - old.frozen_cents
        holding = self.holdings.setdefault(symbol, HoldingBook())
        holding.quantity += new.shares - old.shares
        holding.sellable += new.sellable - old.sellable
        holding.frozen += new.frozen_shares - old.frozen_shares
        holding.bought += new.bought - old.bought


def opened(opening: OpenAccount) -> AccountBook:
    """Return the account before today's first order."""
    holdings = {line.symbol: HoldingBook(line.quantity, line.sellable) for line in opening.holdings}
    return AccountBook(
        opening.account,
        opening.client_id,
        opening.rate_units,
        opening.cash_cents,
        holdings=holdings,
    )
