"""Where the engine's open orders stand: by the exchange's number, else by what the feed shows."""

from pathlib import Path

import pytest

from models.market.instrument import Phase
from models.market.own_place import PlaceCertainty, QueueDoubt
from models.trading.order import OrderState
from models.wire.exchange import FeedHeartbeat
from models.wire.feed import SIDE_BUY, SIDE_SELL
from tests.services.engine.queue.day import OTHER, OURS, PRICE, a_day
from tests.services.market.support import SHENZHEN, Tape, welcome
from tests.support.trading import PING_AN


async def test_known_number_is_an_exact_place_that_moves_up(tmp_path: Path) -> None:
    async with a_day(tmp_path) as day:
        await day.send()
        day.ours()
        day.tape.buy(SHENZHEN, 9, PRICE, 200)
        day.feed()
        assert day.tracker.places(PING_AN) == ()  # nobody said yet that it stands
        await day.accepted(OURS)
        first = day.told()
        assert (first.certainty, first.client_order_id) == (PlaceCertainty.EXACT, "O1")
        assert (first.ahead, first.orders_ahead, first.behind) == (700, 1, 200)
        day.tape.cancel(SHENZHEN, SIDE_BUY, 5, 700)
        day.feed()
        assert day.told().ahead == 0
        assert day.tracker.symbols() == (PING_AN,)


async def test_an_order_whose_number_is_not_told_is_found_by_its_add(tmp_path: Path) -> None:
    async with a_day(tmp_path) as day:
        await day.send()
        day.ours()
        day.feed()
        await day.accepted(0)
        assert (day.told().certainty, day.told().ahead) == (PlaceCertainty.EXACT, 700)


async def test_two_that_fit_are_a_range(tmp_path: Path) -> None:
    async with a_day(tmp_path) as day:
        await day.send()
        await day.accepted(0)
        assert day.told().doubt is QueueDoubt.NOT_IN_BOOK
        day.ours()
        day.ours(OTHER)
        day.feed()
        told = day.told()
        assert told.certainty is PlaceCertainty.RANGE
        assert (told.ahead, told.ahead_most) == (700, 1_700)


async def test_what_the_host_holds_in_the_gap_stands_nowhere_until_it_enters(
    tmp_path: Path,
) -> None:
    async with a_day(tmp_path) as day:
        gap = 34_000_000
        day.bench.clock.moment = day.bench.clock.moment.replace(hour=9, minute=26, second=40)
        day.heart.on_heartbeat(FeedHeartbeat(gap, {}))
        day.tape.records.clear()
        day.tape = Tape()
        day.tape.time_ms = gap
        await day.send()
        await day.accepted(0, at_ms=gap)
        assert day.told().doubt is QueueDoubt.HELD
        day.tape.time_ms = 34_200_000
        day.tape.phase(SHENZHEN, Phase.CONTINUOUS)
        day.ours()
        day.feed()
        day.heart.on_heartbeat(FeedHeartbeat(34_200_000, {}))
        assert (day.told().certainty, day.told().ahead) == (PlaceCertainty.EXACT, 0)


async def test_a_book_that_may_not_be_believed_tells_no_place(tmp_path: Path) -> None:
    async with a_day(tmp_path) as day:
        await day.send()
        day.ours()
        day.feed()
        await day.accepted(OURS)
        day.fault = "行情落后 9 秒"
        told = day.told()
        assert (told.doubt, told.is_placed, told.expected_ms) == (QueueDoubt.FEED, False, 0)


async def test_an_order_that_is_over_has_no_place(tmp_path: Path) -> None:
    async with a_day(tmp_path) as day:
        await day.send()
        day.ours()
        day.feed()
        await day.accepted(OURS)
        day.tape.trade(SHENZHEN, SIDE_SELL, 5, 900, PRICE, 700)
        day.tape.trade(SHENZHEN, SIDE_SELL, OURS, 900, PRICE, 1_000)
        day.feed()
        assert day.told().doubt is QueueDoubt.NOT_IN_BOOK  # the feed is ahead of the report
        day.bench.gateway.fill("O1", 1_000, PRICE)
        await day.bench.reaches("O1", OrderState.FILLED)
        assert day.tracker.places(PING_AN) == ()
        assert day.tracker.symbols() == ()


@pytest.mark.parametrize("number", [OURS, 0], ids=["number told", "number not told"])
async def test_a_restarted_engine_tells_the_same(tmp_path: Path, number: int) -> None:
    async with a_day(tmp_path) as day:
        await day.send()
        day.ours()
        day.feed()
        await day.accepted(number)
        before, written = day.told(), day.tape
    async with a_day(tmp_path) as day:
        day.tape, day.fed = written, 0
        day.feed()
        assert day.told() == before


async def test_of_an_unknown_security_and_after_another_session_nothing_is_told(
    tmp_path: Path,
) -> None:
    async with a_day(tmp_path) as day:
        await day.send()
        day.ours()
        day.feed()
        await day.accepted(0)
        assert day.tracker.places("600519.SH") == ()
        day.heart.on_welcome(welcome("two"))
        assert day.told().doubt is QueueDoubt.NOT_IN_BOOK
