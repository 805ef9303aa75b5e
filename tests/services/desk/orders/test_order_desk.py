"""The desk's orders over a real ledger lane with the real order path behind it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from models.errors import ExpectedFailure
from models.market.instrument import Instrument
from models.market.picture import Cage, Quote
from models.rules.basis.profile import Settings
from models.status import ChangeSet, LinkState
from models.trading.charges import OrderCharges
from models.trading.instruction import Instruction
from models.trading.order import Fill, Order, OrderState, Side
from models.trading.ticket import Ticket
from models.wire.ledger import (
    GiveSettings,
    LedgerEvent,
    LedgerInput,
    OpenAccount,
    OpeningHolding,
    OrderChanged,
)
from services.desk.orders.day_rules import DayRules
from services.desk.orders.order_desk import OrderDesk
from services.engine.trading.stream import EventStream
from services.link.desk.ledger_client import LedgerClient
from services.link.engine.ports import Reply
from services.rules.dated import Sections, settings_of
from tests.support.lanes import TOKEN, quick_backoff, served_lanes
from tests.support.trading import (
    ACCOUNT,
    CHIPS,
    CLIENT,
    DAY,
    PING_AN,
    STAFF,
    Bench,
    FakeClock,
    FakeMarket,
    firm_settings,
    instruction,
    running_bench,
)
from tests.support.waiting import until

_S = OrderState


@dataclass(frozen=True)
class FakeAccount:
    """As the store gives it."""

    account: str = ACCOUNT
    cash_cents: int = 10_000_000
    rate_units: int = 2_500
    holdings: tuple[OpeningHolding, ...] = (OpeningHolding(PING_AN, 1_500, 1_000),)


@dataclass
class FakeOrderStore:
    """An OrderStore in memory; ``broken`` makes it fail as a full disk does."""

    ledger: str = ""
    number: int = 0
    kept: dict[str, Order] = field(default_factory=dict)
    trades: list[Fill] = field(default_factory=list)
    told: dict[str, Instruction] = field(default_factory=dict)
    booked: dict[str, OrderCharges] = field(default_factory=dict)
    account: FakeAccount = FakeAccount()
    broken: bool = False

    async def last_event(self) -> tuple[str, int]:
        return self.ledger, self.number

    async def store_event(self, ledger: str, event: LedgerEvent) -> None:
        if self.broken:
            raise ExpectedFailure("本地库写不进", "请检查磁盘", "STORE_FAILED")
        assert event.number == (self.number if ledger == self.ledger else 0) + 1
        self.ledger, self.number = ledger, event.number
        if isinstance(event, OrderChanged):
            self.kept[event.order.client_order_id] = event.order
            if event.fill is not None:
                self.trades.append(event.fill)

    async def orders(self) -> tuple[Order, ...]:
        return tuple(reversed(self.kept.values()))

    async def fills(self, client_order_id: str) -> tuple[Fill, ...]:
        return tuple(fill for fill in self.trades if fill.client_order_id == client_order_id)

    async def charges(self, client_order_id: str) -> OrderCharges | None:
        return self.booked.get(client_order_id)

    async def instructions(self, client_id: str) -> tuple[Instruction, ...]:
        return tuple(one for one in self.told.values() if one.client_id == client_id)

    async def store_instruction(self, instruction: Instruction) -> None:
        self.told[instruction.instruction_id] = instruction

    async def account_state(self, client_id: str) -> FakeAccount:
        if client_id != CLIENT:
            raise ExpectedFailure("该客户没有资金账户", "请先开户", "NO_ACCOUNT")
        return self.account


@dataclass
class DeskMarket:
    """The same market as the engine's, seen from the desk."""

    market: FakeMarket

    def instrument(self, symbol: str) -> Instrument | None:
        listed = self.market.security(symbol)
        if listed is None:
            return None
        return Instrument(
            0,
            symbol,
            listed.name,
            "",
            listed.exchange,
            listed.board,
            listed.kind,
            listed.status,
            "",
            listed.previous_close_units,
        )

    def quote(self, symbol: str) -> Quote | None:
        return self.market.quote(symbol)


@dataclass
class FakeFirm:
    """The settings that the desk has of its firm, until a test sets others; None = none."""

    given: GiveSettings | None = field(default_factory=firm_settings)

    def on(self, day: date) -> Settings:
        return settings_of(self.given.sections, day) if self.given else Settings()

    def sections(self, day: date) -> Sections:
        assert day == DAY
        return self.given.sections if self.given else ()


@dataclass
class Person:
    """A desk with its store and what it said to the person."""

    desk: OrderDesk
    client: LedgerClient
    store: FakeOrderStore
    notices: list[ExpectedFailure]
    states: list[LinkState]
    firm: FakeFirm

    async def instructed(self, quantity: int = 1_000, side: Side = Side.BUY) -> Ticket:
        draft = replace(
            instruction("", quantity=quantity, side=side), day="", recorded_by="", recorded_at=""
        )
        told = await self.desk.record_instruction(draft)
        return Ticket(
            CLIENT, ACCOUNT, PING_AN, side, quantity, told.price_units, told.instruction_id
        )

    async def connected(self) -> None:
        await until(lambda: self.client.state is LinkState.CONNECTED)


class _Board:
    def __init__(self, states: list[LinkState]) -> None:
        self._states = states

    def set_engine(self, state: LinkState, words: str) -> None:
        assert words
        self._states.append(state)


@asynccontextmanager
async def desk_at(
    port: int,
    store: FakeOrderStore | None = None,
    feed_faults: Sequence[str] = (),
    firm: FakeFirm | None = None,
) -> AsyncIterator[Person]:
    """A desk whose ledger client follows the engine on ``port``."""
    firm = firm or FakeFirm()
    kept, notices, states = store or FakeOrderStore(), list[ExpectedFailure](), list[LinkState]()
    desk = OrderDesk(
        store=kept,
        market=DeskMarket(FakeMarket()),
        clock=FakeClock(),
        rules=DayRules(FakeClock(), firm),
        settings=firm,
        staff_id=STAFF,
        board=_Board(states),
        notice=notices.append,
        feed_fault=lambda: "".join(feed_faults),
    )
    client = LedgerClient(
        url=f"ws://127.0.0.1:{port}/ledger",
        token=TOKEN,
        listener=desk.talk,
        backoff=quick_backoff(),
    )
    await desk.open(client)
    work = asyncio.create_task(client.run())
    try:
        yield Person(desk, client, kept, notices, states, firm)
        assert not work.done(), work.exception()
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)


@asynccontextmanager
async def engine_and_desk(
    folder: Path, firm: FakeFirm | None = None
) -> AsyncIterator[tuple[Bench, Person]]:
    """Both, connected; the engine knows what the desk gives it."""
    async with (
        running_bench(folder, given=()) as bench,
        served_lanes(bench.trader) as port,
        desk_at(port, firm=firm) as person,
    ):
        await person.connected()
        yield bench, person


async def test_place_gives_account_and_instruction_first(tmp_path: Path) -> None:
    async with engine_and_desk(tmp_path) as (bench, person):
        ticket = await person.instructed()
        name = await person.desk.place(ticket)
        await bench.reaches(name, _S.SENT)
        bench.gateway.accept(name)
        bench.gateway.fill(name, 1_000, 149_000)
        await until(lambda: person.store.kept[name].state is _S.FILLED)
        assert [fill.quantity for fill in await person.desk.fills(name)] == [1_000]
        assert [order.client_order_id for order in await person.desk.orders()] == [name]


async def test_ticket_without_instruction_comes_back_as_a_refused_row(tmp_path: Path) -> None:
    async with engine_and_desk(tmp_path) as (_, person):
        name = await person.desk.place(Ticket(CLIENT, ACCOUNT, PING_AN, Side.BUY, 100, 150_000, ""))
        refused = person.store.kept[name]
        assert (refused.state, refused.reason) == (_S.REFUSED, "NO_INSTRUCTION")


async def test_account_is_given_once(tmp_path: Path) -> None:
    async with engine_and_desk(tmp_path) as (bench, person):
        await person.desk.place(await person.instructed(500))
        person.store.account = FakeAccount(cash_cents=5)
        await person.desk.place(await person.instructed(400))
        assert bench.books.accounts[ACCOUNT].cash_cents == 10_000_000


async def test_restarted_desk_may_give_what_the_engine_has(tmp_path: Path) -> None:
    async with running_bench(tmp_path) as bench, served_lanes(bench.trader) as port:
        store = FakeOrderStore()
        for _ in range(2):
            async with desk_at(port, store) as person:
                await person.connected()
                await person.desk.place(await person.instructed(300))
        assert len(bench.gateway.orders()) == 2


async def test_nothing_is_queued_while_the_engine_is_away() -> None:
    async with desk_at(1) as person:
        ticket = await person.instructed()
        await until(lambda: LinkState.DOWN in person.states)
        with pytest.raises(ExpectedFailure) as failure:
            await person.desk.place(ticket)
        assert failure.value.code == "ENGINE_DOWN"
        with pytest.raises(ExpectedFailure) as failure:
            await person.desk.cancel("any")
        assert failure.value.code == "ENGINE_DOWN"
        assert not person.store.kept


async def test_instruction_recorded_offline_reaches_the_engine_with_its_order(
    tmp_path: Path,
) -> None:
    store = FakeOrderStore()
    async with desk_at(1, store) as person:
        ticket = await person.instructed()
    async with (
        running_bench(tmp_path) as bench,
        served_lanes(bench.trader) as port,
        desk_at(port, store) as person,
    ):
        await person.connected()
        name = await person.desk.place(ticket)
        assert bench.order(name).state is not _S.REFUSED


async def test_cancel_is_confirmed_or_explained(tmp_path: Path) -> None:
    async with engine_and_desk(tmp_path) as (bench, person):
        name = await person.desk.place(await person.instructed())
        await bench.reaches(name, _S.SENT)
        bench.gateway.accept(name)
        await person.desk.cancel(name)
        assert person.store.kept[name].state is _S.CANCELLING
        bench.gateway.cancelled(name, 1_000)
        await until(lambda: person.store.kept[name].state is _S.CANCELLED)
        with pytest.raises(ExpectedFailure) as failure:
            await person.desk.cancel(name)
        assert failure.value.code == "ORDER_IS_OVER"


async def test_cancel_refused_later_is_told(tmp_path: Path) -> None:
    async with engine_and_desk(tmp_path) as (bench, person):
        name = await person.desk.place(await person.instructed())
        await bench.reaches(name, _S.SENT)
        bench.gateway.accept(name)
        await person.desk.cancel(name)
        bench.gateway.reject(name, "CANCEL_NOT_ALLOWED", "收盘集合竞价不可撤单")
        await until(lambda: person.notices)
        assert person.notices[0].code == "CANCEL_NOT_ALLOWED"
        assert person.store.kept[name].state in (_S.CANCELLING, _S.WORKING)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"quantity": 0}, "DISCRETION_NOT_ALLOWED"),
        ({"price_units": 0}, "DISCRETION_NOT_ALLOWED"),
        ({"symbol": ""}, "DISCRETION_NOT_ALLOWED"),
        ({"evidence_ref": ""}, "INSTRUCTION_INCOMPLETE"),
        ({"read_back": False}, "INSTRUCTION_INCOMPLETE"),
        ({"identity_checked": False}, "INSTRUCTION_INCOMPLETE"),
    ],
)
async def test_incomplete_instruction_is_not_stored(change: dict[str, object], code: str) -> None:
    async with desk_at(1) as person:
        with pytest.raises(ExpectedFailure) as failure:
            await person.desk.record_instruction(replace(instruction(), **change))
        assert failure.value.code == code
        assert not person.store.told


async def test_check_says_what_the_engine_would_say(tmp_path: Path) -> None:
    async with engine_and_desk(tmp_path) as (bench, person):
        ticket = await person.instructed()
        await person.desk.prepare(CLIENT)
        check = person.desk.check(ticket)
        assert check.passes, check.lines
        assert check.total_cents == 1_500_000 + 500 + 15
        assert check.max_quantity == 6_600
        await person.desk.place(ticket)
        after = person.desk.check(ticket)
        assert after.available_cash_cents == bench.books.accounts[ACCOUNT].available_cents
        assert [line.code for line in after.lines if not line.ok] == ["INSTRUCTION_EXHAUSTED"]


async def test_nothing_passes_while_the_desk_knows_no_settings(tmp_path: Path) -> None:
    """Also what a working order holds frozen is not known then."""
    async with engine_and_desk(tmp_path) as (bench, person):
        ticket = await person.instructed()
        await bench.reaches(await person.desk.place(ticket), _S.SENT)
        await person.desk.prepare(CLIENT)
        assert person.desk.check(ticket).available_cash_cents > 0
        person.firm.given = None
        checked = person.desk.check(ticket)
        assert (checked.max_quantity, checked.available_cash_cents) == (0, 0)
        assert any(line.code.endswith("_NOT_CONFIGURED") for line in checked.lines)
        assert not all(line.ok for line in checked.lines)


def judges_by(bench: Bench, given: GiveSettings) -> bool:
    """Whether the engine's next check is by these."""
    return bench.books.rulings.name == given.fingerprint


GROUNDS = ChangeSet(grounds=True)
DEARER = firm_settings(fees={"line_unit": "0.01", "commission_floor": "50"})


async def test_the_engine_has_the_desks_settings_as_soon_as_it_is_connected(tmp_path: Path) -> None:
    async with engine_and_desk(tmp_path) as (bench, _):
        await until(lambda: judges_by(bench, firm_settings()))


async def test_changed_settings_go_on_to_the_engine_and_both_judge_by_them(tmp_path: Path) -> None:
    async with engine_and_desk(tmp_path) as (bench, person):
        ticket = await person.instructed()
        await person.desk.prepare(CLIENT)
        person.firm.given = DEARER
        await person.desk.refresh(GROUNDS)
        await until(lambda: judges_by(bench, DEARER))
        total = person.desk.check(ticket).total_cents
        await person.desk.place(ticket)
        assert bench.books.accounts[ACCOUNT].frozen_cents == total == 1_500_000 + 5_000 + 15


async def test_an_order_never_overtakes_the_settings_that_the_desk_judged_by(
    tmp_path: Path,
) -> None:
    """Nobody was told of the change yet: the order itself brings it."""
    async with engine_and_desk(tmp_path) as (bench, person):
        ticket = await person.instructed()
        person.firm.given = firm_settings(max_quantity={"main": {"limit": 900}})
        name = await person.desk.place(ticket)
        assert person.store.kept[name].reason == "MAX_SIZE"
        assert judges_by(bench, person.firm.given)


async def test_settings_are_given_once_and_again_to_an_engine_that_came_back(
    tmp_path: Path,
) -> None:
    firm, store = FakeFirm(), FakeOrderStore()
    async with desk_at(1) as nowhere:
        await nowhere.desk.refresh(GROUNDS)  # nobody is there to be told
    for folder in (tmp_path / "one", tmp_path / "two"):
        folder.mkdir()
        async with (
            running_bench(folder, given=()) as bench,
            served_lanes(bench.trader) as port,
            desk_at(port, store, firm=firm) as person,
        ):
            await until(lambda: judges_by(bench, firm_settings()))  # noqa: B023
            events = len(bench.books.events)
            await until(lambda: person.store.number == events)  # noqa: B023
            await person.desk.refresh(GROUNDS)
            await bench.settled()
            assert not bench.repeats and len(bench.books.events) == events + 1


async def test_a_desk_that_knows_no_settings_leaves_it_to_the_engine(tmp_path: Path) -> None:
    async with engine_and_desk(tmp_path, FakeFirm(None)) as (_, person):
        name = await person.desk.place(await person.instructed())
        refused = person.store.kept[name]
        assert (refused.state, refused.reason) == (_S.REFUSED, "FIRM_SETTINGS_NOT_CONFIGURED")
        person.firm.given = firm_settings()
        again = await person.desk.place(await person.instructed())
        assert person.store.kept[again].state is not _S.REFUSED


async def test_settings_that_the_engine_refuses_are_told_to_the_person(tmp_path: Path) -> None:
    async with engine_and_desk(tmp_path) as (bench, person):
        await until(lambda: judges_by(bench, firm_settings()))
        person.firm.given = firm_settings(alerts={"move_percent": "many"})
        await person.desk.refresh(GROUNDS)
        await until(lambda: person.notices)
        assert person.notices[0].code == "SETTINGS_INVALID"
        assert "先前的设置" in person.notices[0].advice
        assert judges_by(bench, firm_settings())
        name = await person.desk.place(await person.instructed())
        assert person.store.kept[name].state is not _S.REFUSED


async def test_nothing_passes_while_prices_cannot_be_believed(tmp_path: Path) -> None:
    async with engine_and_desk(tmp_path) as (bench, person):
        ticket = await person.instructed()
        await person.desk.prepare(CLIENT)
        assert person.desk.check(ticket).passes
    async with desk_at(1, person.store, ["行情中断"]) as cut:
        await cut.desk.prepare(CLIENT)
        check = cut.desk.check(ticket)
        assert not check.passes
        assert any("行情中断" in line.text for line in check.lines)


async def test_check_before_anything_is_known_passes_nothing() -> None:
    async with desk_at(1) as person:
        check = person.desk.check(Ticket(CLIENT, ACCOUNT, "", Side.BUY, 0, 0, ""))
        codes = {line.code for line in check.lines if not line.ok}
        assert codes == {"NO_INSTRUCTION", "ACCOUNT_NOT_OPEN", "UNKNOWN_SECURITY"}


async def test_refresh_rereads_prepared_clients_only() -> None:
    async with desk_at(1) as person:
        await person.desk.prepare(CLIENT)
        ticket = Ticket(CLIENT, ACCOUNT, PING_AN, Side.BUY, 100, 150_000, "")
        person.store.account = FakeAccount(cash_cents=777)
        await person.desk.refresh(ChangeSet(clients=frozenset({"C9"})))
        assert person.desk.check(ticket).available_cash_cents == 10_000_000
        await person.desk.refresh(ChangeSet(clients=frozenset({CLIENT})))
        assert person.desk.check(ticket).available_cash_cents == 777


async def test_event_that_could_not_be_stored_comes_again(tmp_path: Path) -> None:
    async with engine_and_desk(tmp_path) as (bench, person):
        await until(lambda: person.store.number == 1)
        person.store.broken = True
        bench.submit(OpenAccount(ACCOUNT, CLIENT, "2023-02-01", 1, 1, ()))
        await until(lambda: person.client.state is LinkState.DOWN)
        assert person.store.number == 1
        person.store.broken = False
        await until(lambda: person.store.number == 2)


@dataclass
class DeafLedger:
    """A Ledger that loses every request, as an engine killed too early does."""

    stream: EventStream
    heard: list[LedgerInput] = field(default_factory=list)

    def submit(self, request: LedgerInput, reply: Reply) -> None:
        self.heard.append(request)


async def test_request_lost_with_the_line_is_known_to_be_lost() -> None:
    deaf = DeafLedger(EventStream("ledger", "2023-02-01"))
    async with served_lanes(deaf) as port:
        pass
    async with desk_at(port) as person:
        async with served_lanes(deaf, port=port):
            await person.connected()
            ticket = Ticket(CLIENT, ACCOUNT, PING_AN, Side.BUY, 100, 150_000, "")
            placing = asyncio.create_task(person.desk.place(ticket))
            await until(lambda: deaf.heard)
        async with served_lanes(deaf, port=port):
            with pytest.raises(ExpectedFailure) as failure:
                await placing
    assert failure.value.code == "NOT_RECEIVED"


async def test_cage_is_that_of_the_day_for_the_security(tmp_path: Path) -> None:
    async with engine_and_desk(tmp_path) as (_, person):
        assert person.desk.cage(CHIPS) == Cage(408_100, 391_900)
        assert person.desk.cage(PING_AN) is None
        assert person.desk.cage("999999.SH") is None
