"""What the engine tells is stored once, with its number and the command that records it."""

from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from models.clients.tier import Tier
from models.errors import ExpectedFailure
from models.tables.firm import ACCOUNT, HOLDING
from models.trading.charges import OrderCharges
from models.trading.instruction import Instruction, InstructionChannel, PriceType
from models.trading.order import Fill, Order, OrderState, Side
from models.wire.commands import RecordInstruction, RecordOrder, WithdrawInstruction
from models.wire.ledger import AccountOpened, OpeningHolding, OrderChanged
from services.desk.storage.rows import Row, read_row
from services.desk.storage.synced.provisional import open_envelopes
from services.desk.sync.order_store import OrderStore
from tests.support.desk_data import Desk, a_client, a_row, open_desk

AT = "2023-02-01T10:00:00.000+08:00"
SYMBOL = "600519.SH"


def order_store(desk: Desk) -> OrderStore:
    """The store over a desk."""
    return OrderStore(store=desk.store, outbox=desk.outbox, clock=desk.clock)


def an_order(state: OrderState, *, side: Side = Side.SELL, filled: int = 0) -> Order:
    """300 shares at 10.00 for C1."""
    return Order(
        "O1", "C1", "A1", SYMBOL, side, 300, 100_000, "I1", "M001", AT, state,
        filled=filled, filled_units=filled * 100_000,
    )  # fmt: skip


def an_event(number: int, state: OrderState, fill: int = 0, side: Side = Side.SELL) -> OrderChanged:
    """One step of O1; ``fill`` shares traded with it."""
    trade = Fill(f"F{number}", "O1", 100_000, fill, AT) if fill else None
    return OrderChanged(number, AT, an_order(state, side=side, filled=fill), trade)


def holding(**values: int) -> Row:
    """C1's shares."""
    return a_row("holding", account="A1", symbol=SYMBOL, client_id="C1", **values)


OWNED = (
    ("client", a_client("C1", rate_units=3_000)),
    ("account", a_row("account", account="A1", client_id="C1", cash_cents=1_000_00,
                      permissions="main, chinext")),
    ("holding", holding(quantity=1_000, sellable=800, cost_cents=9_000_00)),
)  # fmt: skip


@dataclass(frozen=True)
class Position:
    """Shares and cash of C1."""

    quantity: int
    sellable: int
    cost_cents: int
    cash_cents: int


async def position(desk: Desk) -> Position:
    """As it stands in the store."""
    key: Row = {"branch_id": "B1", "account": "A1"}
    held = await desk.store.read(lambda c: read_row(c, HOLDING, key | {"symbol": SYMBOL}))
    account = await desk.store.read(lambda c: read_row(c, ACCOUNT, key))
    assert held and account
    return Position(
        quantity=int(held["quantity"] or 0),
        sellable=int(held["sellable"] or 0),
        cost_cents=int(held["cost_cents"] or 0),
        cash_cents=int(account["cash_cents"] or 0),
    )


async def test_event_is_stored_with_number_and_record(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await desk.receive(*OWNED)
        store = order_store(desk)
        assert await store.last_event() == ("", 0)
        await store.store_event("L1", an_event(1, OrderState.WORKING))
        await store.store_event("L1", an_event(2, OrderState.FILLED, 300))
        assert await store.last_event() == ("L1", 2)
        assert [order.state for order in await store.orders()] == [OrderState.FILLED]
        assert [fill.fill_id for fill in await store.fills("O1")] == ["F2"]
        commands = [e.command for e in await desk.store.read(open_envelopes)]
        assert [c.number for c in commands if isinstance(c, RecordOrder)] == [1, 2]


async def test_repeated_event_changes_nothing(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await desk.receive(*OWNED)
        store = order_store(desk)
        await store.store_event("L1", an_event(1, OrderState.PARTLY_FILLED, 100))
        before = await position(desk)
        await store.store_event("L1", an_event(1, OrderState.PARTLY_FILLED, 100))
        assert await position(desk) == before
        assert len(await desk.store.read(open_envelopes)) == 1


async def test_event_that_is_no_order_moves_the_number_only(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        store = order_store(desk)
        await store.store_event("L1", AccountOpened(1, AT, "A1", "2023-02-01"))
        assert await store.last_event() == ("L1", 1)
        assert await desk.store.read(open_envelopes) == ()


async def test_new_journal_starts_its_numbers_anew(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await desk.receive(*OWNED)
        store = order_store(desk)
        await store.store_event("L1", an_event(9, OrderState.SENT))
        await store.store_event("L2", an_event(1, OrderState.WORKING))
        assert await store.last_event() == ("L2", 1)
        assert (await store.orders())[0].state is OrderState.WORKING


async def test_sale_is_seen_in_shares_and_cash_before_central_knows(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await desk.receive(*OWNED)
        await order_store(desk).store_event("L1", an_event(1, OrderState.FILLED, 300))
        assert await position(desk) == Position(700, 500, 6_300_00, 4_000_00)


async def test_bought_shares_are_not_sellable_today(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await desk.receive(*OWNED)
        await order_store(desk).store_event("L1", an_event(1, OrderState.FILLED, 300, Side.BUY))
        assert await position(desk) == Position(1_300, 800, 12_000_00, -2_000_00)


async def test_trade_counts_once_when_central_tells_it_with_its_answer(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await desk.receive(*OWNED)
        await order_store(desk).store_event("L1", an_event(1, OrderState.FILLED, 300))
        (envelope,) = await desk.store.read(open_envelopes)
        await desk.receive(*_of_central(), _answer(envelope.command_id), after=3)
        assert await position(desk) == Position(700, 500, 6_300_00, 3_990_00)


async def test_trade_counts_once_when_the_answer_comes_later(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await desk.receive(*OWNED)
        await order_store(desk).store_event("L1", an_event(1, OrderState.FILLED, 300))
        (envelope,) = await desk.store.read(open_envelopes)
        await desk.receive(*_of_central(), after=3)
        assert await position(desk) == Position(700, 500, 6_300_00, 3_990_00)
        await desk.receive(_answer(envelope.command_id), after=6)
        assert await position(desk) == Position(700, 500, 6_300_00, 3_990_00)


async def test_charges_are_told_once_central_booked_every_trade(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await desk.receive(*OWNED)
        store = order_store(desk)
        await store.store_event("L1", an_event(1, OrderState.PARTLY_FILLED, 300))
        assert await store.charges("O1") is None
        (first,) = await desk.store.read(open_envelopes)
        await desk.receive(*_of_central(), *_booked(), _answer(first.command_id), after=3)
        assert await store.charges("O1") == OrderCharges(29_57, 1_85, 38_441, Tier.PLATINUM)
        await store.store_event("L1", an_event(2, OrderState.FILLED, 100))
        assert await store.charges("O1") is None


async def test_second_trade_stays_over_central_that_knows_only_the_first(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await desk.receive(*OWNED)
        store = order_store(desk)
        await store.store_event("L1", an_event(1, OrderState.PARTLY_FILLED, 300))
        (first,) = await desk.store.read(open_envelopes)
        await store.store_event("L1", an_event(2, OrderState.FILLED, 100))
        await desk.receive(*_of_central(), _answer(first.command_id), after=3)
        assert await position(desk) == Position(600, 400, 5_400_00, 4_990_00)


async def test_instruction_is_kept_withdrawn_and_recorded(tmp_path: Path) -> None:
    instruction = Instruction(
        "I1", "C1", "A1", "2023-02-01", SYMBOL, Side.SELL, 300, 100_000, PriceType.LIMIT,
        InstructionChannel.RECORDED_CALL, "REC-1", True, True, "M001", AT,
    )  # fmt: skip
    async with open_desk(tmp_path) as desk:
        await desk.receive(*OWNED)
        store = order_store(desk)
        await store.store_instruction(instruction)
        assert await store.instructions("C1") == (instruction,)
        await store.withdraw_instruction("I1", "C1", AT)
        assert [one.withdrawn_at for one in await store.instructions("C1")] == [AT]
        kinds = [type(e.command) for e in await desk.store.read(open_envelopes)]
        assert kinds == [RecordInstruction, WithdrawInstruction]
        desk.clock.moment = desk.clock.moment.replace(day=2)
        assert await store.instructions("C1") == ()


async def test_state_of_an_account(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await desk.receive(*OWNED)
        state = await order_store(desk).account_state("C1")
        assert (state.account, state.cash_cents, state.rate_units) == ("A1", 1_000_00, 3_000)
        assert state.permissions == {"main", "chinext"}
        assert state.holdings == (OpeningHolding(SYMBOL, 1_000, 800),)
        with pytest.raises(ExpectedFailure) as refused:
            await order_store(desk).account_state("C9")
        assert refused.value.code == "NO_ACCOUNT"


def _of_central() -> tuple[tuple[str, Row], ...]:
    """Central's rows after the first trade, 10 CNY of fees charged."""
    fill = a_row("trade_fill", fill_id="F1", client_order_id="O1", client_id="C1", quantity=300)
    account = a_row("account", account="A1", client_id="C1", cash_cents=3_990_00)
    return (
        ("trade_fill", fill),
        ("account", account),
        ("holding", holding(quantity=700, sellable=500, cost_cents=6_300_00)),
    )


def _booked() -> tuple[tuple[str, Row], ...]:
    """Central's order with its charges and the points of the first trade, and others' points."""
    order: Row = msgspec.to_builtins(an_order(OrderState.PARTLY_FILLED, filled=300))
    charged = a_row("trade_order", **order | {"commission_cents": 29_57, "fees_cents": 1_85})
    return (
        ("client", a_client("C1", rate_units=3_000, tier="platinum")),
        ("trade_order", charged),
        ("points_entry", _entry("commission-F1", 38_441)),
        ("points_entry", _entry("commission-F9", 7_000)),
    )


def _entry(entry_id: str, points_milli: int) -> Row:
    return a_row(
        "points_entry",
        entry_id=entry_id,
        client_id="C1",
        kind="commission",
        points_milli=points_milli,
    )


def _answer(command_id: str) -> tuple[str, Row]:
    return "command_answer", a_row("command_answer", command_id=command_id, outcome="applied")
