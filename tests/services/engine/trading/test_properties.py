"""Whatever people and the exchange do: nothing is lost, doubled, or sold twice."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from models.rules.ticket.effect import Effect, effect_of, is_live
from models.rules.ticket.tariff import CostBasis
from models.trading.order import Order, OrderState, Side, may_step
from models.wire.ledger import CancelOrder, GiveInstruction, OrderChanged
from services.engine.trading.books.books import Books
from services.engine.trading.books.rulings import Rulebook, Rulings
from services.engine.trading.build import build_trader
from services.engine.trading.journal.day import OpenedDay
from services.engine.trading.journal.records import JournalOpened, JournalRecord
from tests.support.trading import (
    ACCOUNT,
    DAY,
    PING_AN,
    STAFF,
    Bench,
    FakeClock,
    FakeGateway,
    FakeMarket,
    firm_settings,
    instruction,
    opening,
    place,
    ticket_rules,
)

RULES = ticket_rules()
SETTINGS = (
    firm_settings(),
    firm_settings(fees={"line_unit": "0.01", "commission_floor": "50"}),
    firm_settings(fees=None),
    firm_settings(max_quantity=None),
)
TOLD = (
    instruction("buy", quantity=5_000, price_units=150_000),
    instruction("cheap", quantity=5_000, price_units=140_000),
    instruction("sell", side=Side.SELL, quantity=5_000, price_units=150_000),
)

ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("place"), st.integers(0, 2), st.integers(1, 12)),
        st.tuples(st.just("again"), st.integers(0, 30), st.just(0)),
        st.tuples(st.just("cancel"), st.integers(0, 30), st.just(0)),
        st.tuples(st.just("accept"), st.integers(0, 30), st.just(0)),
        st.tuples(st.just("fill"), st.integers(0, 30), st.integers(1, 12)),
        st.tuples(st.just("withdraw"), st.integers(0, 30), st.just(0)),
        st.tuples(st.just("refuse"), st.integers(0, 30), st.just(0)),
        st.tuples(st.just("repeat_report"), st.integers(0, 30), st.just(0)),
        st.tuples(st.just("restart"), st.just(0), st.just(0)),
        st.tuples(st.just("status"), st.integers(0, 30), st.just(0)),
        st.tuples(st.just("settings"), st.integers(0, 3), st.just(0)),
    ),
    min_size=5,
    max_size=60,
)


@dataclass
class MemoryJournal:
    """A journal that outlives the trader but not the test."""

    records: list[JournalRecord]

    def append(self, record: JournalRecord) -> None:
        self.records.append(record)

    async def sync(self) -> None:
        await asyncio.sleep(0)

    def close(self) -> None:
        return


@dataclass
class AtExchange:
    """The truth about one order."""

    left: int
    state: str = "new"
    filled: int = 0


@dataclass
class World:
    """An honest exchange, an order path that is restarted now and then, and its journal."""

    journal: MemoryJournal = field(
        default_factory=lambda: MemoryJournal([JournalOpened("ledger", DAY.isoformat(), "now")])
    )
    gateway: FakeGateway = field(default_factory=FakeGateway)
    truth: dict[str, AtExchange] = field(default_factory=dict)
    placed: int = 0
    bench: Bench = field(init=False)
    work: asyncio.Task[None] = field(init=False)

    async def start(self) -> None:
        opened = OpenedDay(DAY, self.journal, tuple(self.journal.records), 0)
        market, clock = FakeMarket(), FakeClock()
        trader = build_trader(opened, self.gateway, market, clock, told=lambda _settings: None)
        self.gateway.trader = trader
        self.bench = Bench(trader, self.gateway, market, clock, trader.books)
        self.work = asyncio.create_task(trader.run())
        self.gateway.open()
        await self.settled()

    async def stop(self) -> None:
        assert not self.work.done(), self.work.exception()
        self.work.cancel()
        await asyncio.gather(self.work, return_exceptions=True)

    async def settled(self) -> None:
        """Let the order path handle all that came so far, without waiting for a clock."""
        stream = self.bench.trader.stream
        last = stream.last_number
        self.bench.submit(CancelOrder("no such order", STAFF))
        for _ in range(1_000):
            await asyncio.sleep(0)
            if stream.last_number > last and stream.last_number == len(self.bench.books.events):
                return
        raise AssertionError("the order path never settled")

    async def act(self, what: str, which: int, lots: int) -> None:
        """One thing happens; what cannot happen now does not."""
        match what:
            case "place":
                self.placed += 1
                told = TOLD[which]
                self.bench.submit(place(f"O{self.placed}", told, quantity=lots * 100))
            case "restart":
                await self.stop()
                await self.start()
            case "settings":
                self.bench.submit(SETTINGS[which])
            case "repeat_report":
                if self.gateway.reports:
                    self.gateway.reports -= 1
                    self.gateway.accept(f"O{which}")
            case _:
                name = self._known(which)
                if name:
                    self._act_on(what, name, lots)
        await self.settled()
        self._learn()

    def _act_on(self, what: str, name: str, lots: int) -> None:
        order, at = self.bench.order(name), self.truth.get(name)
        if what == "cancel":
            self.bench.submit(CancelOrder(name, STAFF))
        elif what == "again":
            told = next(one for one in TOLD if one.instruction_id == order.instruction_id)
            self.bench.submit(place(name, told, quantity=order.quantity))
        elif what == "status" and at is not None and at.state != "new":
            self.gateway.status(name, known=True, state=at.state, filled=at.filled)
        elif at is not None:
            self._exchange_acts(what, name, at, min(lots * 100, at.left))

    def _exchange_acts(self, what: str, name: str, at: AtExchange, quantity: int) -> None:
        if what == "accept" and at.state == "new":
            at.state = "working"
            self.gateway.accept(name)
        elif what == "refuse" and at.state == "new":
            at.state, at.left = "rejected", 0
            self.gateway.reject(name)
        elif what == "fill" and at.state == "working" and quantity:
            at.left -= quantity
            at.filled += quantity
            at.state = "filled" if not at.left else "working"
            self.gateway.fill(name, quantity, self.bench.order(name).price_units)
        elif what == "withdraw" and at.state == "working":
            at.state = "cancelled"
            self.gateway.cancelled(name, at.left)
            at.left = 0

    def _learn(self) -> None:
        for sent in self.gateway.orders():
            self.truth.setdefault(sent.order_ref, AtExchange(sent.quantity))

    def _known(self, which: int) -> str:
        names = [name for name in self.bench.books.orders if "~" not in name]
        return names[which % len(names)] if names else ""


async def _live_through(actions: list[tuple[str, int, int]]) -> None:
    world = World()
    await world.start()
    try:
        world.bench.submit(firm_settings())
        world.bench.submit(opening(cash_cents=8_000_000))
        for told in TOLD:
            world.bench.submit(GiveInstruction(told))
        await world.settled()
        for action in actions:
            await world.act(*action)
            check(world)
    finally:
        await world.stop()


def check(world: World) -> None:
    """All that must hold at every moment."""
    books = world.bench.books
    check_account(books)
    check_steps(books)
    check_truth(world)
    replayed = Books(Rulings(Rulebook(RULES.market, RULES.calendar, DAY), lambda _settings: None))
    for record in world.journal.records:
        replayed.apply(record)
    assert replayed.orders == books.orders
    assert replayed.accounts == books.accounts
    assert replayed.fills == books.fills
    assert replayed.events == books.events
    assert replayed.rulings.name == books.rulings.name
    assert replayed.live == books.live
    assert (replayed.session, replayed.report) == (books.session, books.report)


def check_account(books: Books) -> None:
    account = books.accounts[ACCOUNT]
    orders = [order for order in books.orders.values() if order.client_order_id in books.terms]
    effects = [_effect(books, order) for order in orders]
    assert account.frozen_cents == sum(effect.frozen_cents for effect in effects) >= 0
    assert account.cash_cents == 8_000_000 + sum(effect.cash_cents for effect in effects)
    assert account.available_cents >= 0
    holding = account.holdings[PING_AN]
    assert holding.frozen == sum(effect.frozen_shares for effect in effects)
    assert holding.quantity == 1_500 + sum(effect.shares for effect in effects) >= 0
    assert account.sellable(PING_AN) >= 0
    if not any(is_live(order) for order in orders):
        assert (account.frozen_cents, holding.frozen) == (0, 0)
    for told in TOLD:
        assert 0 <= books.used_of(told.instruction_id) <= told.quantity


def _effect(books: Books, order: Order) -> Effect:
    """What the order does by the settings that it was taken by, whatever holds now."""
    tariff = books.rulings.tariff(books.terms[order.client_order_id].settings)
    return effect_of(order, _basis(books, order.client_order_id), tariff)


def _basis(books: Books, name: str) -> CostBasis:
    terms, order = books.terms[name], books.orders[name]
    return CostBasis(terms.exchange, terms.kind, order.side, terms.rate_units)


def check_steps(books: Books) -> None:
    """Numbers are dense, each step is in the table, each order is in one piece."""
    before: dict[str, OrderState] = {}
    for number, event in enumerate(books.events, 1):
        assert event.number == number
        if isinstance(event, OrderChanged):
            order = event.order
            if order.client_order_id in before:
                assert may_step(before[order.client_order_id], order.state)
            before[order.client_order_id] = order.state
            assert 0 <= order.filled + order.cancelled <= order.quantity
            assert order.left >= 0


def check_truth(world: World) -> None:
    """The ledger never knows less than the exchange told, and nothing was sent twice."""
    sent = Counter(order.order_ref for order in world.gateway.orders())
    assert all(count == 1 for count in sent.values())
    for name, at in world.truth.items():
        order = world.bench.order(name)
        assert order.filled == at.filled
        if at.state in ("filled", "cancelled", "rejected"):
            assert order.state.value in (at.state, f"partly_{at.state}")
            assert not is_live(order)
        else:
            assert is_live(order)


@settings(max_examples=100, deadline=None)
@given(ACTIONS)
def test_nothing_is_lost_doubled_or_sold_twice(actions: list[tuple[str, int, int]]) -> None:
    assert date(2023, 2, 1) == DAY
    asyncio.run(_live_through(actions))
