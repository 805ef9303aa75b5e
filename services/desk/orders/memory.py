"""What the checks of a ticket need, in memory: accounts, instructions and today's orders."""

from typing import Protocol

from models.market.instrument import Instrument, SecurityKind, exchange_of
from models.market.picture import Quote
from models.rules.ticket.effect import effect_of, instruction_use, is_live
from models.rules.ticket.facts import TicketAccount
from models.rules.ticket.tariff import CostBasis, Tariff
from models.trading.instruction import Instruction
from models.trading.order import Order, Side
from services.desk.orders.store import AccountState


class Market(Protocol):
    """The market as the checks see it."""

    def instrument(self, symbol: str) -> Instrument | None:
        """One security of today."""
        ...

    def quote(self, symbol: str) -> Quote | None:
        """The newest quote."""
        ...


class OrderMemory:
    """Orders by id; accounts and instructions of the clients that were prepared."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self.orders: dict[str, Order] = {}
        self.accounts: dict[str, AccountState] = {}
        self.instructions: dict[str, dict[str, Instruction]] = {}

    def instruction(self, client_id: str, instruction_id: str) -> Instruction | None:
        """A prepared client's instruction."""
        return self.instructions.get(client_id, {}).get(instruction_id)

    def keep_instruction(self, instruction: Instruction) -> None:
        """Add or replace an instruction of a prepared client."""
        held = self.instructions.get(instruction.client_id)
        if held is not None:
            held[instruction.instruction_id] = instruction

    def used_of(self, instruction_id: str) -> int:
        """Shares of the instruction that today's orders take up."""
        return sum(
            instruction_use(order)
            for order in self.orders.values()
            if order.instruction_id == instruction_id
        )

    def account(self, client_id: str, symbol: str, tariff: Tariff) -> TicketAccount | None:
        """The prepared client's account with what its live orders hold frozen taken off."""
        state = self.accounts.get(client_id)
        if state is None:
            return None
        orders = [order for order in self.orders.values() if order.account == state.account]
        frozen_cents = sum(
            effect_of(order, self._basis(order, state.rate_units), tariff).frozen_cents
            for order in orders
            if is_live(order)
        )
        held = next((line.sellable for line in state.holdings if line.symbol == symbol), 0)
        same = [order for order in orders if order.symbol == symbol]
        selling = sum(o.left for o in same if o.side is Side.SELL and is_live(o))
        bought = sum(instruction_use(o) for o in same if o.side is Side.BUY)
        return TicketAccount(
            state.account,
            client_id,
            state.rate_units,
            state.cash_cents - frozen_cents,
            held - selling,
            bought,
        )

    def _basis(self, order: Order, rate_units: int) -> CostBasis:
        """A security the feed has not announced is priced as a stock, which costs the most."""
        security = self._market.instrument(order.symbol)
        kind = security.kind if security else SecurityKind.STOCK
        exchange = security.exchange if security else exchange_of(order.symbol)
        return CostBasis(exchange, kind, order.side, rate_units)
