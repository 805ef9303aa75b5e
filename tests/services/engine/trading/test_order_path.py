"""An order's way through the engine, with the exchange played by the test."""

import asyncio
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from models.trading.order import OrderState, Side
from models.wire.ledger import CancelOrder, CancelRefused, GiveInstruction, OrderChanged, PlaceOrder
from services.engine.gateways.gateway import GatewayState
from services.engine.trading.journal.day import OpenedDay, open_day
from services.engine.trading.journal.records import JournalOpened, JournalRecord, RequestTaken
from tests.support.trading import (
    ACCOUNT,
    CHIPS,
    DAY,
    MOUTAI,
    PING_AN,
    QUICK,
    STAFF,
    FakeGateway,
    instruction,
    opening,
    place,
    running_bench,
)
from tests.support.waiting import until

_S = OrderState


class SlowDisk:
    """A journal whose disk the test stops and lets go."""

    def __init__(self) -> None:
        self.is_free = asyncio.Event()
        self.is_free.set()
        self.waiting = 0

    def append(self, record: JournalRecord) -> None:
        assert record

    async def sync(self) -> None:
        self.waiting += not self.is_free.is_set()
        await self.is_free.wait()

    def close(self) -> None:
        self.is_free.set()


async def test_instructed_order_is_sent_filled_and_paid(tmp_path: Path) -> None:
    async with running_bench(tmp_path) as bench:
        await bench.prepared()
        bench.submit(place())
        await bench.reaches("O1", _S.SENT)
        account = bench.books.accounts[ACCOUNT]
        # 1,000 × 15.00 = 15,000.00; 0.25 permille = 3.75 → floor 5.00; transfer 0.15
        assert account.frozen_cents == 1_500_515
        bench.gateway.accept("O1")
        await bench.reaches("O1", _S.WORKING)
        bench.gateway.fill("O1", 400, 149_900)
        order = await bench.reaches("O1", _S.PARTLY_FILLED)
        assert (order.filled, order.average_units) == (400, 149_900)
        bench.gateway.fill("O1", 600, 150_000)
        order = await bench.reaches("O1", _S.FILLED)
        assert account.cash_cents == 10_000_000 - 599_600 - 900_000 - 500 - 15
        assert account.frozen_cents == 0
        holding = account.holdings[PING_AN]
        assert (holding.quantity, account.sellable(PING_AN)) == (2_500, 1_000)  # T+1
        assert [step.order.state for step in bench.events_of("O1")] == [
            _S.PENDING,
            _S.SENT,
            _S.WORKING,
            _S.PARTLY_FILLED,
            _S.FILLED,
        ]
        assert [fill.quantity for fill in bench.books.fills.values()] == [400, 600]


REFUSALS = [
    (place(told=instruction("none")), "NO_INSTRUCTION"),
    (place(price_units=150_100), "INSTRUCTION_MISMATCH"),
    (place(quantity=1_100), "INSTRUCTION_EXHAUSTED"),
    (replace(place(), symbol="999999.SH"), "INSTRUCTION_MISMATCH"),
    (replace(place(), client_id="C0002"), "INSTRUCTION_MISMATCH"),
    (place(told=instruction("odd", quantity=150)), "LOT_SIZE"),
    (place(told=instruction("high", price_units=165_100)), "PRICE_LIMIT"),
    (place(told=instruction("caged", symbol=CHIPS, price_units=410_000)), "PRICE_CAGE"),
    (place(told=instruction("tick", price_units=149_950)), "TICK_SIZE"),
    (place(told=instruction("rich", quantity=6_700)), "INSUFFICIENT_CASH"),
    (place(told=instruction("strange", symbol="999999.SH")), "UNKNOWN_SECURITY"),
    (place(told=instruction("short", side=Side.SELL, quantity=1_100)), "INSUFFICIENT_SELLABLE"),
    (
        place(told=instruction("big", symbol=MOUTAI, price_units=18_457_600)),
        "SECOND_PERSON_REQUIRED",
    ),
]
TOLD = [
    instruction(),
    instruction("odd", quantity=150),
    instruction("high", price_units=165_100),
    instruction("caged", symbol=CHIPS, price_units=410_000),
    instruction("tick", price_units=149_950),
    instruction("rich", quantity=6_700),
    instruction("strange", symbol="999999.SH"),
    instruction("short", side=Side.SELL, quantity=1_100),
    instruction("big", symbol=MOUTAI, price_units=18_457_600),
]


@pytest.mark.parametrize(("request_", "code"), REFUSALS, ids=[code for _, code in REFUSALS])
async def test_broken_rule_makes_a_refused_row(
    tmp_path: Path, request_: PlaceOrder, code: str
) -> None:
    async with running_bench(tmp_path) as bench:
        await bench.prepared(*TOLD)
        bench.submit(request_)
        order = await bench.reaches("O1", _S.REFUSED)
        assert order.reason == code
        assert order.reason_text
        assert not bench.gateway.orders()
        assert bench.books.accounts[ACCOUNT].frozen_cents == 0


async def test_unknown_account_is_refused(tmp_path: Path) -> None:
    async with running_bench(tmp_path) as bench:
        bench.submit(GiveInstruction(instruction()))
        bench.submit(place())
        assert (await bench.reaches("O1", _S.REFUSED)).reason == "ACCOUNT_NOT_OPEN"


async def test_order_outside_the_session_is_refused(tmp_path: Path) -> None:
    async with running_bench(tmp_path) as bench:
        await bench.prepared()
        bench.clock.moment = bench.clock.moment.replace(hour=12)
        bench.submit(place())
        order = await bench.reaches("O1", _S.REFUSED)
        assert order.reason == "NOT_IN_SESSION"
        assert "午间休市" in order.reason_text


async def test_quote_that_may_not_be_believed_stops_the_order(tmp_path: Path) -> None:
    async with running_bench(tmp_path) as bench:
        await bench.prepared()
        bench.market.fault = "行情中断"
        told = instruction("caged", symbol=CHIPS, price_units=400_000)
        bench.submit(GiveInstruction(told))
        bench.submit(place(told=told))
        assert (await bench.reaches("O1", _S.REFUSED)).reason == "QUOTE_UNKNOWN"


async def test_order_is_refused_while_the_line_is_down(tmp_path: Path) -> None:
    async with running_bench(tmp_path) as bench:
        await bench.prepared()
        bench.gateway.state = GatewayState.DOWN
        bench.submit(place())
        assert (await bench.reaches("O1", _S.REFUSED)).reason == "GATEWAY_DOWN"
        assert bench.books.accounts[ACCOUNT].frozen_cents == 0


async def test_same_id_again_repeats_the_answer_and_sends_nothing(tmp_path: Path) -> None:
    async with running_bench(tmp_path) as bench:
        await bench.prepared()
        bench.submit(place())
        await bench.reaches("O1", _S.SENT)
        bench.submit(place())
        await until(lambda: bench.repeats)
        repeated = bench.repeats[-1]
        assert isinstance(repeated, OrderChanged)
        assert repeated.order.state is _S.SENT
        assert len(bench.gateway.orders()) == 1


async def test_other_content_under_a_used_id_is_a_refused_row_of_its_own(tmp_path: Path) -> None:
    async with running_bench(tmp_path) as bench:
        await bench.prepared()
        bench.submit(place(quantity=500))
        bench.submit(place(quantity=400))
        await bench.settled()
        double = next(order for name, order in bench.books.orders.items() if "~" in name)
        assert (double.state, double.reason) == (_S.REFUSED, "DUPLICATE")
        assert bench.order("O1").quantity == 500
        assert len(bench.gateway.orders()) == 1


async def test_instruction_is_used_up_across_orders(tmp_path: Path) -> None:
    async with running_bench(tmp_path) as bench:
        await bench.prepared()
        bench.submit(place("O1", quantity=600))
        bench.submit(place("O2", quantity=500))
        assert (await bench.reaches("O2", _S.REFUSED)).reason == "INSTRUCTION_EXHAUSTED"
        await bench.reaches("O1", _S.SENT)
        bench.gateway.accept("O1")
        bench.gateway.cancelled("O1", 600)
        await bench.reaches("O1", _S.CANCELLED)
        bench.submit(place("O3", quantity=1_000))
        await bench.reaches("O3", _S.SENT)


async def test_withdrawn_instruction_refuses_later_orders(tmp_path: Path) -> None:
    async with running_bench(tmp_path) as bench:
        await bench.prepared()
        withdrawn = replace(instruction(), withdrawn_at="2023-02-01T09:59:00+08:00")
        bench.submit(GiveInstruction(withdrawn))
        bench.submit(place())
        assert (await bench.reaches("O1", _S.REFUSED)).reason == "INSTRUCTION_WITHDRAWN"


async def test_instruction_cannot_be_changed_afterwards(tmp_path: Path) -> None:
    async with running_bench(tmp_path) as bench:
        await bench.prepared()
        bench.submit(GiveInstruction(replace(instruction(), quantity=9_000)))
        await until(lambda: bench.repeats)
        assert bench.books.instructions["I1"].quantity == 1_000


async def test_first_opening_of_an_account_counts(tmp_path: Path) -> None:
    async with running_bench(tmp_path) as bench:
        await bench.prepared()
        bench.submit(opening(cash_cents=1))
        await until(lambda: bench.repeats)
        assert bench.books.accounts[ACCOUNT].cash_cents == 10_000_000


async def test_cancel_is_passed_on_and_counted(tmp_path: Path) -> None:
    async with running_bench(tmp_path) as bench:
        await bench.prepared()
        await bench.works(place())
        bench.submit(CancelOrder("O1", STAFF))
        await bench.reaches("O1", _S.CANCELLING)
        await until(lambda: bench.gateway.cancels())
        bench.gateway.fill("O1", 300, 150_000)
        bench.gateway.cancelled("O1", 700)
        order = await bench.reaches("O1", _S.PARTLY_CANCELLED)
        assert (order.filled, order.cancelled, order.left) == (300, 700, 0)
        assert bench.books.cancels[ACCOUNT] == 1
        assert bench.books.accounts[ACCOUNT].frozen_cents == 0


async def test_refused_cancel_leaves_the_order_working(tmp_path: Path) -> None:
    async with running_bench(tmp_path) as bench:
        await bench.prepared()
        await bench.works(place())
        bench.submit(CancelOrder("O1", STAFF))
        await bench.reaches("O1", _S.CANCELLING)
        bench.gateway.reject("O1", "CANCEL_NOT_ALLOWED", "收盘集合竞价不可撤单")
        await bench.reaches("O1", _S.WORKING)
        refused = [event for event in bench.books.events if isinstance(event, CancelRefused)]
        assert [event.reason for event in refused] == ["UNKNOWN_ORDER", "CANCEL_NOT_ALLOWED"]


async def test_cancel_before_the_answer_then_rejection_is_a_rejected_order(tmp_path: Path) -> None:
    async with running_bench(tmp_path) as bench:
        await bench.prepared()
        bench.submit(place())
        await bench.reaches("O1", _S.SENT)
        bench.submit(CancelOrder("O1", STAFF))
        await bench.reaches("O1", _S.CANCELLING)
        bench.gateway.reject("O1")
        order = await bench.reaches("O1", _S.REJECTED)
        assert order.reason == "PRICE_LIMIT"
        assert bench.books.accounts[ACCOUNT].frozen_cents == 0


async def test_cancel_of_a_finished_order_has_no_effect(tmp_path: Path) -> None:
    async with running_bench(tmp_path) as bench:
        await bench.prepared()
        await bench.works(place())
        bench.gateway.fill("O1", 1_000, 150_000)
        await bench.reaches("O1", _S.FILLED)
        bench.submit(CancelOrder("O1", STAFF))
        await bench.settled()
        reasons = [e.reason for e in bench.books.events if isinstance(e, CancelRefused)]
        assert "ORDER_IS_OVER" in reasons
        assert bench.order("O1").state is _S.FILLED


async def test_late_fill_after_a_cancel_counts(tmp_path: Path) -> None:
    async with running_bench(tmp_path) as bench:
        await bench.prepared()
        await bench.works(place())
        bench.gateway.cancelled("O1", 1_000)
        await bench.reaches("O1", _S.CANCELLED)
        bench.gateway.fill("O1", 200, 150_000)
        order = await bench.reaches("O1", _S.PARTLY_CANCELLED)
        assert (order.filled, order.cancelled) == (200, 800)
        assert bench.books.accounts[ACCOUNT].holdings[PING_AN].quantity == 1_700


async def test_repeated_and_missing_reports_change_nothing(tmp_path: Path) -> None:
    async with running_bench(tmp_path) as bench:
        await bench.prepared()
        await bench.works(place())
        bench.gateway.fill("O1", 100, 150_000)
        await bench.reaches("O1", _S.PARTLY_FILLED)
        bench.gateway.reports = 1
        bench.gateway.fill("O1", 100, 150_000)
        await bench.settled()
        assert bench.order("O1").filled == 100
        bench.gateway.reports = 6
        bench.gateway.fill("O1", 100, 150_000)
        await bench.settled()
        assert bench.order("O1").filled == 100
        assert bench.gateway.resumes == 1


async def test_more_fills_than_ordered_are_reported_and_not_applied(tmp_path: Path) -> None:
    async with running_bench(tmp_path) as bench:
        await bench.prepared()
        await bench.works(place())
        bench.gateway.fill("O1", 1_000, 150_000)
        bench.gateway.fill("O1", 100, 150_000)
        await bench.settled()
        assert bench.order("O1").filled == 1_000
        assert bench.trader.oddities["ILLEGAL_STEP"] == 1


async def test_unanswered_order_becomes_unknown_and_is_asked_about(tmp_path: Path) -> None:
    async with running_bench(tmp_path, pace=QUICK) as bench:
        await bench.prepared()
        bench.submit(place())
        order = await bench.reaches("O1", _S.UNKNOWN)
        assert order.reason == "NO_ANSWER"
        assert bench.books.accounts[ACCOUNT].frozen_cents > 0
        await until(lambda: len(bench.gateway.queries()) >= 2)
        bench.gateway.status("O1", known=True, state="working")
        order = await bench.reaches("O1", _S.WORKING)
        assert order.reason == ""


async def test_order_that_the_exchange_never_saw_ends_after_two_answers(tmp_path: Path) -> None:
    async with running_bench(tmp_path, pace=QUICK) as bench:
        await bench.prepared()
        bench.submit(place())
        await bench.reaches("O1", _S.UNKNOWN)
        bench.gateway.status("O1", known=False)
        await bench.settled()
        assert bench.order("O1").state is _S.UNKNOWN
        bench.gateway.status("O1", known=False)
        order = await bench.reaches("O1", _S.CANCELLED)
        assert order.reason == "NOT_RECEIVED"
        assert bench.books.accounts[ACCOUNT].frozen_cents == 0
        assert len(bench.gateway.orders()) == 1


async def test_status_ahead_of_our_fills_asks_for_the_missing_reports(tmp_path: Path) -> None:
    async with running_bench(tmp_path, pace=QUICK) as bench:
        await bench.prepared()
        bench.submit(place())
        await bench.reaches("O1", _S.UNKNOWN)
        bench.gateway.status("O1", known=True, state="working", filled=300)
        await until(lambda: bench.gateway.resumes)
        assert bench.order("O1").state is _S.UNKNOWN


async def test_new_session_of_the_exchange_ends_older_orders(tmp_path: Path) -> None:
    async with running_bench(tmp_path) as bench:
        await bench.prepared()
        await bench.works(place("O1", quantity=500))
        await bench.works(place("O2", quantity=500))
        bench.gateway.fill("O2", 200, 150_000)
        await bench.reaches("O2", _S.PARTLY_FILLED)
        bench.gateway.session, bench.gateway.reports = "session-2", 0
        bench.gateway.open()
        assert (await bench.reaches("O1", _S.CANCELLED)).reason == "DAY_OVER"
        assert (await bench.reaches("O2", _S.PARTLY_CANCELLED)).reason == "DAY_OVER"
        assert bench.books.accounts[ACCOUNT].frozen_cents == 0


async def test_exchange_of_another_day_takes_no_orders(tmp_path: Path) -> None:
    async with running_bench(tmp_path) as bench:
        await bench.prepared()
        bench.gateway.open(bench.clock.now().date().replace(day=2))
        bench.submit(place())
        assert (await bench.reaches("O1", _S.REFUSED)).reason == "TRADE_DATE_DIFFERS"


async def test_restart_gives_everything_back_and_sends_nothing_twice(tmp_path: Path) -> None:
    line = FakeGateway()
    async with running_bench(tmp_path, gateway=line) as bench:
        await bench.prepared()
        await bench.works(place("O1", quantity=600))
        bench.submit(place("O2", quantity=400))
        line.fill("O1", 100, 150_000)
        await bench.reaches("O1", _S.PARTLY_FILLED)
        await bench.reaches("O2", _S.SENT)
        before = bench.books
    async with running_bench(tmp_path, gateway=line) as bench:
        assert bench.trader.cursor() == (line.session, line.reports)
        order = await bench.reaches("O2", _S.UNKNOWN)
        assert order.left == 400
        await until(lambda: line.queries())
        assert bench.books.orders["O1"] == before.orders["O1"]
        assert bench.books.fills == before.fills
        assert bench.books.accounts == before.accounts
        assert len(line.orders()) == 2
        line.accept("O2")
        await bench.reaches("O2", _S.WORKING)


async def test_orders_left_open_by_an_earlier_day_are_told_to_be_over(tmp_path: Path) -> None:
    async with running_bench(tmp_path) as bench:
        await bench.prepared()
        await bench.works(place("O1", quantity=600))
        bench.gateway.fill("O1", 100, 150_000)
        await bench.reaches("O1", _S.PARTLY_FILLED)
    for _ in range(2):
        async with running_bench(tmp_path, day=date(2023, 2, 2)) as bench:
            order = await bench.reaches("O1", _S.PARTLY_CANCELLED)
            assert (order.reason, order.filled, order.cancelled) == ("DAY_OVER", 100, 500)
            assert len(bench.events_of("O1")) == 1


async def test_request_stored_but_never_decided_is_refused_after_a_restart(tmp_path: Path) -> None:
    opened = await open_day(tmp_path, DAY, "now")
    opened.journal.append(RequestTaken("now", place()))
    await opened.journal.sync()
    opened.journal.close()
    async with running_bench(tmp_path) as bench:
        assert (await bench.reaches("O1", _S.REFUSED)).reason == "INTERRUPTED"
        assert not bench.gateway.orders()


async def test_line_that_breaks_between_storing_and_sending_refuses(tmp_path: Path) -> None:
    async with running_bench(tmp_path) as bench:
        await bench.prepared()
        bench.gateway.session = "session-2"  # reconnected; its announcement is still on its way
        bench.submit(place())
        assert (await bench.reaches("O1", _S.REFUSED)).reason == "GATEWAY_DOWN"
        assert not bench.gateway.orders()


async def test_nothing_is_told_or_sent_before_it_is_stored(tmp_path: Path) -> None:
    disk = SlowDisk()
    opened = OpenedDay(DAY, disk, (JournalOpened("ledger", DAY.isoformat(), "now"),), 0)
    async with running_bench(tmp_path, opened=opened) as bench:
        await bench.prepared()
        disk.is_free.clear()
        bench.submit(place())
        bench.submit(place())
        await until(lambda: disk.waiting)
        assert "O1" in bench.books.orders
        assert not bench.events_of("O1")
        assert not bench.gateway.sent
        assert not bench.repeats
        disk.is_free.set()
        await bench.reaches("O1", _S.SENT)
        assert len(bench.repeats) == len(bench.gateway.orders()) == 1
