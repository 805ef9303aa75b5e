"""The desk's OrderDesk: tickets, instructions and orders of all clients of the manager."""

import contextlib
import secrets
from collections.abc import Callable
from datetime import datetime

from msgspec.structs import replace

from models.dates import BEIJING, moment_text
from models.errors import ExpectedFailure
from models.market.picture import Cage
from models.rules.basis.missing import NotConfigured
from models.rules.instructions.match import check_instruction
from models.rules.instructions.record import instruction_of
from models.rules.ticket.cage import cage_at
from models.rules.ticket.check import check_ticket
from models.rules.ticket.facts import TicketAccount, TicketFacts
from models.rules.ticket.tariff import Tariff
from models.status import ChangeSet
from models.trading.charges import OrderCharges
from models.trading.instruction import Instruction
from models.trading.order import FINAL_STATES, Fill, Order, OrderState
from models.trading.ticket import Ticket, TicketCheck
from models.wire.ledger import (
    CancelOrder,
    CancelRefused,
    GiveInstruction,
    LedgerEvent,
    OrderChanged,
    PlaceOrder,
)
from services.clock.clock import Clock
from services.desk.orders.day_rules import DayRules
from services.desk.orders.engine_talk import (
    EngineBoard,
    EngineLine,
    EngineTalk,
    FirmSections,
    cancel_failure,
)
from services.desk.orders.memory import Market, OrderMemory
from services.desk.orders.store import OrderStore

_ENDED_BY_CANCEL = FINAL_STATES | {OrderState.CANCELLING}
_FAULT_WORDS = {
    "DISCRETION_NOT_ALLOWED": (
        "指令不完整,不能由员工代客户决定",
        "请写明证券、方向、数量和价格(证券法禁止全权委托)",
    ),
    "INSTRUCTION_INCOMPLETE": ("指令缺少凭证", "请填写凭证编号,并确认已复述、已核对身份"),
}


class OrderDesk:
    """ui.ports.OrderDesk. Build it, build the ledger client on its ``talk``, then ``open``."""

    def __init__(
        self,
        *,
        store: OrderStore,
        market: Market,
        clock: Clock,
        rules: DayRules,
        settings: FirmSections,
        staff_id: str,
        board: EngineBoard,
        notice: Callable[[ExpectedFailure], None],
        feed_fault: Callable[[], str],
    ) -> None:
        self._feed_fault = feed_fault
        self._store = store
        self._market = market
        self._clock = clock
        self._staff_id = staff_id
        self._rules = rules
        self._memory = OrderMemory(market)
        self.talk = EngineTalk(store, self._memory, board, notice, settings)

    async def open(self, line: EngineLine) -> None:
        """Load today's orders; ``line`` is the ledger client, run by its owner."""
        await self._load_orders()
        self.talk.speak_through(line)

    async def orders(self) -> tuple[Order, ...]:
        """All of today, newest first."""
        return await self._store.orders()

    async def fills(self, client_order_id: str) -> tuple[Fill, ...]:
        """Trades of one order, oldest first."""
        return await self._store.fills(client_order_id)

    async def charges(self, client_order_id: str) -> OrderCharges | None:
        """What central booked on an order: charges and points; None = not yet."""
        return await self._store.charges(client_order_id)

    async def instructions(self, client_id: str) -> tuple[Instruction, ...]:
        """Today's instructions of a client, newest first."""
        return await self._store.instructions(client_id)

    async def prepare(self, client_id: str) -> None:
        """Load what ``check`` needs for this client."""
        told = await self._store.instructions(client_id)
        self._memory.accounts[client_id] = await self._store.account_state(client_id)
        self._memory.instructions[client_id] = {one.instruction_id: one for one in told}

    async def refresh(self, change: ChangeSet) -> None:
        """Re-read what changed of the prepared clients, before the screens are told.

        Settings that came in go on to the engine; one that is away hears of them when it is back.
        """
        if (change.grounds or change.whole) and self.talk.is_connected:
            with contextlib.suppress(ExpectedFailure):
                await self.talk.tell_settings()
        if change.whole:
            await self._load_orders()
        for client_id in tuple(self._memory.accounts):
            if change.whole or client_id in change.clients:
                await self.prepare(client_id)

    def check(self, ticket: Ticket) -> TicketCheck:
        """All checks of a ticket as typed, with the same pure rules as the engine."""
        tariff = self._rules.tariff
        facts = TicketFacts(
            now=self._clock.now(),
            entered_by=self._staff_id,
            security=self._market.instrument(ticket.symbol),
            quote=self._market.quote(ticket.symbol),
            quote_fault=self._feed_fault(),
            account=self._account(ticket, tariff),
            instruction=self._memory.instruction(ticket.client_id, ticket.instruction_id),
            used=self._memory.used_of(ticket.instruction_id),
        )
        return check_ticket(self._rules.rules, tariff, facts, ticket)

    def cage(self, symbol: str) -> Cage | None:
        """Prices a new order may have now; None = no cage holds for the security now."""
        security = self._market.instrument(symbol)
        if security is None:
            return None
        quote = self._market.quote(symbol)
        return cage_at(self._rules.rules, self._clock.now(), security, quote)

    async def record_instruction(self, draft: Instruction) -> Instruction:
        """Store it, then give it to the engine where that is there; ids and time come from here.

        Raises ExpectedFailure DISCRETION_NOT_ALLOWED or INSTRUCTION_INCOMPLETE.
        """
        now = self._now()
        told = replace(
            draft,
            instruction_id=f"I{now:%Y%m%d}-{secrets.token_hex(5)}",
            day=draft.day or now.date().isoformat(),
            recorded_by=self._staff_id,
            recorded_at=moment_text(now),
            withdrawn_at="",
        )
        _must_be_complete(told)
        await self._store.store_instruction(told)
        self._memory.keep_instruction(told)
        if self.talk.is_connected:
            await self.talk.send(GiveInstruction(told))
        return told

    async def place(self, ticket: Ticket) -> str:
        """Send the ticket to the engine; returns the client order id. Refusals come as rows.

        Raises ExpectedFailure as EngineTalk.ask does.
        """
        self.talk.must_be_connected()
        await self.talk.give_settings()
        account = await self._store.account_state(ticket.client_id)
        await self.talk.give_account(ticket.client_id, account)
        await self._give_instruction(ticket)
        name = f"O{self._now():%Y%m%d}-{secrets.token_hex(6)}"
        request = PlaceOrder(
            name,
            ticket.client_id,
            ticket.account,
            ticket.symbol,
            ticket.side,
            ticket.quantity,
            ticket.price_units,
            ticket.instruction_id,
            self._staff_id,
            ticket.second_person,
        )
        await self.talk.ask(request, lambda event: _order_id(event) == name)
        return name

    async def cancel(self, client_order_id: str) -> None:
        """Ask for the rest of an order back.

        Raises ExpectedFailure as EngineTalk.ask does, or the reason why it had no effect.
        """
        answer = await self.talk.ask(
            CancelOrder(client_order_id, self._staff_id),
            lambda event: _answers_cancel(event, client_order_id),
        )
        if isinstance(answer, CancelRefused):
            raise cancel_failure(answer)

    def _account(self, ticket: Ticket, tariff: Tariff) -> TicketAccount | None:
        """Not known either where no setting tells what live orders hold frozen."""
        try:
            return self._memory.account(ticket.client_id, ticket.symbol, tariff)
        except NotConfigured:
            return None

    async def _give_instruction(self, ticket: Ticket) -> None:
        """Without one the engine refuses, and that refusal is a row: nothing is stopped here."""
        for told in await self._store.instructions(ticket.client_id):
            if told.instruction_id == ticket.instruction_id:
                await self.talk.give_instruction(told)

    async def _load_orders(self) -> None:
        stored = await self._store.orders()
        self._memory.orders = {order.client_order_id: order for order in stored}

    def _now(self) -> datetime:
        return self._clock.now().astimezone(BEIJING)


def _order_id(event: LedgerEvent) -> str:
    return event.order.client_order_id if isinstance(event, OrderChanged) else ""


def _answers_cancel(event: LedgerEvent, name: str) -> bool:
    if isinstance(event, CancelRefused):
        return event.client_order_id == name
    return (
        isinstance(event, OrderChanged)
        and event.order.client_order_id == name
        and event.order.state in _ENDED_BY_CANCEL
    )


def _must_be_complete(told: Instruction) -> None:
    decision = check_instruction(instruction_of(told))
    if not decision.ok:
        title, advice = _FAULT_WORDS[decision.reason]
        raise ExpectedFailure(title, advice, decision.reason)
