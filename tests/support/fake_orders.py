"""An in-memory order desk: rows change by event only, refusals are rows."""

from collections.abc import Callable

import msgspec

from models.errors import ExpectedFailure
from models.market.picture import Cage
from models.money import amount_cents
from models.trading.charges import OrderCharges
from models.trading.instruction import Instruction, InstructionChannel, PriceType
from models.trading.order import FINAL_STATES, Fill, Order, OrderState, Side
from models.trading.ticket import CheckLine, Ticket, TicketCheck
from tests.support.fake_firm import DAY, FakeClient
from tests.support.fake_market import FakeMarket

LOT = 100
FEE_UNITS_PER_MILLION = 400
FIRST_STATES = (
    (OrderState.WORKING, 0, "", ""),
    (OrderState.PARTLY_FILLED, 4, "", ""),
    (OrderState.FILLED, 10, "", ""),
    (OrderState.UNKNOWN, 0, "ANSWER_TIMEOUT", "柜台 3 秒未应答,查询中;查明前不可重发"),
    (OrderState.CANCELLED, 0, "", ""),
    (OrderState.PARTLY_CANCELLED, 3, "", ""),
    (OrderState.REJECTED, 0, "PRICE_LIMIT", "委托价超出涨跌停价"),
    (OrderState.REFUSED, 0, "SELLABLE_EXCEEDED", "可卖 300 股,委托 500 股"),
    (OrderState.CANCELLING, 2, "", ""),
    (OrderState.SENT, 0, "", ""),
    (OrderState.PENDING, 0, "", ""),
    (OrderState.AWAITING_APPROVAL, 0, "SECOND_PERSON_REQUIRED", "金额 612.4 万,须第二人复核"),
)


class FakeOrderDesk:
    """Keeps orders and instructions; ``deliver`` plays the event that follows a ``place``."""

    def __init__(
        self,
        clients: list[FakeClient],
        market: FakeMarket,
        tell: Callable[[frozenset[str]], None],
    ) -> None:
        self._clients = {client.client_id: client for client in clients}
        self._market = market
        self._tell = tell
        self._orders: dict[str, Order] = {}
        self._fills: dict[str, list[Fill]] = {}
        self._instructions: dict[str, Instruction] = {}
        self.booked: dict[str, OrderCharges] = {}
        self.cages: dict[str, Cage] = {}
        self.placed: list[Ticket] = []
        self.cancelled: list[str] = []
        self.prepared: list[str] = []
        self.failure: ExpectedFailure | None = None
        self.refuse_with: tuple[str, str] | None = None
        for number, client in enumerate(clients[:24]):
            self._seed(number, client)

    async def orders(self) -> tuple[Order, ...]:
        """All of today, newest first."""
        return tuple(sorted(self._orders.values(), key=lambda o: o.entered_at, reverse=True))

    async def fills(self, client_order_id: str) -> tuple[Fill, ...]:
        """Trades of one order."""
        return tuple(self._fills.get(client_order_id, ()))

    async def charges(self, client_order_id: str) -> OrderCharges | None:
        """What a test booked with ``book``."""
        return self.booked.get(client_order_id)

    def book(self, client_order_id: str, charges: OrderCharges) -> None:
        """Play central's answer: the order's row changes once more."""
        self.booked[client_order_id] = charges
        self._tell(frozenset({client_order_id}))

    async def instructions(self, client_id: str) -> tuple[Instruction, ...]:
        """Instructions of a client, newest first."""
        mine = [i for i in self._instructions.values() if i.client_id == client_id]
        return tuple(reversed(mine))

    async def record_instruction(self, draft: Instruction) -> Instruction:
        """Store it, with the engine's own refusal of a record without evidence."""
        if not (draft.evidence_ref and draft.read_back and draft.identity_checked):
            raise ExpectedFailure(
                "指令要素不全", "补齐证据编号、复述、身份核对", "INSTRUCTION_INCOMPLETE"
            )
        number = f"I{len(self._instructions) + 1:04d}"
        kept = msgspec.structs.replace(
            draft,
            instruction_id=number,
            recorded_by="M001",
            recorded_at=f"{DAY} 10:21:00",
            day=DAY,
        )
        self._instructions[number] = kept
        self._tell(frozenset())
        return kept

    def check(self, ticket: Ticket) -> TicketCheck:
        """A few of the real checks, enough to see every mark."""
        amount = amount_cents(ticket.price_units, ticket.quantity)
        fees = amount * FEE_UNITS_PER_MILLION // 1_000_000
        client = self._clients.get(ticket.client_id)
        cash = client.cash_cents if client else 0
        sellable = self._sellable(client, ticket.symbol)
        most = sellable if ticket.side is Side.SELL else self._affordable(cash, ticket.price_units)
        return TicketCheck(
            lines=self._lines(ticket, amount + fees, cash, sellable),
            amount_cents=amount,
            commission_cents=fees,
            fees_cents=fees // 3,
            total_cents=amount + fees if ticket.side is Side.BUY else amount - fees,
            sellable=sellable,
            available_cash_cents=cash,
            max_quantity=most,
        )

    def cage(self, symbol: str) -> Cage | None:
        """What a test set."""
        return self.cages.get(symbol)

    async def prepare(self, client_id: str) -> None:
        """Remember for whom."""
        self.prepared.append(client_id)

    async def place(self, ticket: Ticket) -> str:
        """Take the ticket; no row before ``deliver``."""
        if self.failure is not None:
            raise self.failure
        self.placed.append(ticket)
        return f"W{len(self.placed):04d}"

    def deliver(self) -> Order:
        """Play the event of the newest placed ticket: working, or refused."""
        ticket, number = self.placed[-1], f"W{len(self.placed):04d}"
        reason, words = self.refuse_with or ("", "")
        order = Order(
            client_order_id=number,
            client_id=ticket.client_id,
            account=ticket.account,
            symbol=ticket.symbol,
            side=ticket.side,
            quantity=ticket.quantity,
            price_units=ticket.price_units,
            instruction_id=ticket.instruction_id,
            entered_by="M001",
            entered_at=f"{DAY} 14:31:30",
            state=OrderState.REFUSED if reason else OrderState.WORKING,
            reason=reason,
            reason_text=words,
        )
        self.put(order)
        return order

    def put(self, order: Order) -> None:
        """Publish a changed order."""
        self._orders[order.client_order_id] = order
        self._tell(frozenset({order.client_order_id}))

    async def cancel(self, client_order_id: str) -> None:
        """Note the wish and move the order to cancelling."""
        self.cancelled.append(client_order_id)
        order = self._orders[client_order_id]
        self.put(msgspec.structs.replace(order, state=OrderState.CANCELLING))

    def open_orders(self, client_id: str) -> int:
        """Count the orders of a client that still live."""
        return sum(
            1
            for order in self._orders.values()
            if order.client_id == client_id and order.state not in FINAL_STATES
        )

    def everything(self) -> tuple[Order, ...]:
        """All orders, in the order of their coming."""
        return tuple(self._orders.values())

    def of_client(self, client_id: str) -> tuple[Order, ...]:
        """Orders of one client."""
        return tuple(o for o in self._orders.values() if o.client_id == client_id)

    def _lines(self, ticket: Ticket, total: int, cash: int, sellable: int) -> tuple[CheckLine, ...]:
        quote = self._market.quote(ticket.symbol)
        band = None
        if quote is not None and ticket.price_units:
            band = quote.limit_down_units <= ticket.price_units <= quote.limit_up_units
        lot = None if not ticket.quantity else ticket.quantity % LOT == 0
        enough = ticket.quantity <= sellable if ticket.side is Side.SELL else total <= cash
        return (
            self._evidence(ticket),
            CheckLine("PRICE_LIMIT", band, "委托价应在涨跌停价之内", "§ 2.3"),
            CheckLine("LOT", lot, "买入数量应为 100 股的整数倍", "§ 2.6"),
            CheckLine(
                "SELLABLE_EXCEEDED" if ticket.side is Side.SELL else "CASH_SHORT",
                enough if ticket.quantity and ticket.price_units else None,
                f"可用 {cash / 100:,.2f} 元,可卖 {sellable:,} 股",
                "§ 2.7",
            ),
        )

    def _evidence(self, ticket: Ticket) -> CheckLine:
        found = self._instructions.get(ticket.instruction_id)
        if found is None:
            return CheckLine("NO_INSTRUCTION", False, "没有客户指令,不能委托", "§ 2.9")
        same = (found.symbol, found.side) == (ticket.symbol, ticket.side)
        words = "与指令一致" if same else "与指令不符:证券或方向"
        return CheckLine("INSTRUCTION_MISMATCH", same, words, "§ 2.9")

    @staticmethod
    def _sellable(client: FakeClient | None, symbol: str) -> int:
        lots = client.lots if client else ()
        return sum(sellable for held, _, sellable, _ in lots if held == symbol)

    @staticmethod
    def _affordable(cash: int, price_units: int) -> int:
        return cash * LOT // price_units // LOT * LOT if price_units else 0

    def _seed(self, number: int, client: FakeClient) -> None:
        state, tenths, reason, words = FIRST_STATES[number % len(FIRST_STATES)]
        symbol, quantity, _, _ = client.lots[0]
        quote = self._market.quote(symbol)
        price = quote.last_units if quote else 0
        filled = quantity * tenths // 10 // LOT * LOT if tenths < 10 else quantity
        side = Side.SELL if number % 3 else Side.BUY
        instruction = self._seed_instruction(client, symbol, side, quantity, price)
        self._seed_instruction(client, symbol, Side.SELL, LOT, price)  # not used yet
        gone = {OrderState.CANCELLED, OrderState.PARTLY_CANCELLED}
        order = Order(
            client_order_id=f"S{number:04d}",
            client_id=client.client_id,
            account=client.account,
            symbol=symbol,
            side=side,
            quantity=quantity,
            price_units=price,
            instruction_id=instruction,
            entered_by="M001",
            entered_at=f"{DAY} {10 + number // 8}:{number * 7 % 60:02d}:{number * 13 % 60:02d}",
            state=state,
            filled=filled,
            filled_units=filled * price,
            cancelled=quantity - filled if state in gone else 0,
            reason=reason,
            reason_text=words,
        )
        self._orders[order.client_order_id] = order
        if filled:
            self._seed_fills(order)

    def _seed_instruction(
        self, client: FakeClient, symbol: str, side: Side, quantity: int, price: int
    ) -> str:
        number = f"I{len(self._instructions) + 1:04d}"
        self._instructions[number] = Instruction(
            instruction_id=number,
            client_id=client.client_id,
            account=client.account,
            day=DAY,
            symbol=symbol,
            side=side,
            quantity=quantity,
            price_units=price,
            price_type=PriceType.LIMIT,
            channel=InstructionChannel.RECORDED_CALL,
            evidence_ref=f"REC-20230201-{len(self._instructions) + 1:04d}",
            read_back=True,
            identity_checked=True,
            recorded_by="M001",
            recorded_at=f"{DAY} 10:02:00",
        )
        return number

    def _seed_fills(self, order: Order) -> None:
        half = order.filled // 2 // LOT * LOT
        parts = [part for part in (half, order.filled - half) if part]
        self._fills[order.client_order_id] = [
            Fill(
                f"F{order.client_order_id}-{place}",
                order.client_order_id,
                order.price_units,
                part,
                f"{DAY} 11:0{place}:12",
            )
            for place, part in enumerate(parts)
        ]
