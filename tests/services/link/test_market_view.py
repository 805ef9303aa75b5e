"""What the order path may believe of the market."""

import asyncio
from dataclasses import dataclass

from msgspec.structs import replace

from models.market.details import DetailWatch
from models.market.own_place import OwnPlace, PlaceCertainty
from models.market.picture import BookHealth
from models.trading.order import Side
from models.wire.exchange import FeedHeartbeat, FeedWelcome
from models.wire.view import Watch
from services.link.engine.market_view import DeskView, MarketView, RateMeter
from services.market.feed.port import FeedLink
from services.market.heart import MarketHeart
from tests.services.market.support import SHANGHAI, SHENZHEN, Tape, welcome
from tests.support.trading import MOUTAI, PING_AN, FakeClock, FakeGateway, security

TEN = 36_000_000


class _Day:
    def __init__(self, speed: float = 1.0) -> None:
        self.seconds = 0.0
        self.link = FeedLink("live", "行情正常")
        self.heart = MarketHeart(lambda: self.seconds)
        self.heart.on_welcome(FeedWelcome("one", "2023-02-01", speed, (security(),)))
        self.heart.on_heartbeat(FeedHeartbeat(TEN, {}))
        self.view = MarketView(
            self.heart, lambda: self.link, FakeGateway(), FakeClock(), lambda: self.seconds
        )


def test_present_quote_of_a_sound_book_is_believed() -> None:
    assert _Day().view.quote_fault(PING_AN) == ""


def test_lost_feed_is_not_believed() -> None:
    day = _Day()
    day.link = FeedLink("down", "行情连接中断")
    assert day.view.quote_fault(PING_AN) == "行情连接中断"


def test_security_that_is_not_of_the_day_has_no_quote() -> None:
    assert _Day().view.quote_fault(MOUTAI) == "没有行情"


def test_gap_in_the_channel_is_not_believed() -> None:
    day = _Day()
    day.heart.on_heartbeat(FeedHeartbeat(TEN, {1: 500}))
    assert day.heart.book_health(PING_AN)[0] is BookHealth.RECOVERING
    assert "缺少序号 1" in day.view.quote_fault(PING_AN)


def test_feed_that_lags_behind_the_clock_is_not_believed() -> None:
    day = _Day()
    day.heart.on_heartbeat(FeedHeartbeat(TEN - 6_000, {}))
    assert day.view.quote_fault(PING_AN) == "行情落后 6 秒"


def test_fast_replay_may_lag_as_much_faster() -> None:
    day = _Day(speed=10.0)
    day.heart.on_heartbeat(FeedHeartbeat(TEN - 6_000, {}))
    assert day.view.quote_fault(PING_AN) == ""


@dataclass
class FakeQueue:
    """A QueueBoard that tells what it was given."""

    told: tuple[OwnPlace, ...] = ()

    def places(self, symbol: str) -> tuple[OwnPlace, ...]:
        """Of one security only."""
        return self.told if symbol == PING_AN else ()


def test_own_orders_ride_in_their_depth_and_repaint_it_when_they_move() -> None:
    day, queue = _Day(), FakeQueue()
    day.view.follow_queue(queue)
    desk = day.view.subscribe()
    desk.watch(Watch((), (PING_AN,)))
    (plain,), _ = desk.take_books()
    assert plain.own == ()
    assert desk.take_books() == ((), ())
    ours = OwnPlace("O1", Side.BUY, 150_000, 100, PlaceCertainty.EXACT, ahead=700)
    queue.told = (ours,)
    (marked,), _ = desk.take_books()
    assert marked.own == (ours,)
    assert desk.take_books() == ((), ())
    queue.told = (replace(ours, ahead=200),)
    ((moved,), _) = desk.take_books()
    assert moved.own[0].ahead == 200
    queue.told = ()
    ((over,), _) = desk.take_books()
    assert over.own == ()


def test_a_book_given_up_for_a_moment_comes_whole_again() -> None:
    day = _Day()
    desk = day.view.subscribe()
    details = DetailWatch(full=(PING_AN,), flows=(PING_AN,), seals=(PING_AN,))
    for _ in range(2):
        desk.watch(Watch((), (PING_AN,), details))
        (depth,), (bars,) = desk.take_books()
        assert depth.quote.symbol == PING_AN and bars.whole
        told = desk.take_details(0.0)
        assert [one.symbol for one in told.full] == [PING_AN]
        assert [one.symbol for one in told.seals] == [PING_AN]
        assert desk.take_books() == ((), ()) and not desk.take_details(9.0)
        desk.watch(Watch((), ()))


def test_bounds_of_big_orders_that_come_late_are_told_with_all_anew() -> None:
    day = _Day()
    desk = day.view.subscribe()
    desk.watch(Watch((PING_AN,), (PING_AN,), DetailWatch(flows=(PING_AN,))))
    assert day.view.big_order_bounds() == ()
    desk.take_books(), desk.take_quotes(), desk.take_details(0.0)
    day.heart.flow.change((300, 200, 100))
    assert day.view.big_order_bounds() == (300, 200, 100)
    assert desk.take_books()[0] and desk.take_quotes()
    assert desk.take_details(0.1).flows[0].bounds == (300, 200, 100)


def test_own_orders_of_a_book_that_nobody_watches_are_not_sent() -> None:
    day = _Day()
    day.view.follow_queue(FakeQueue((OwnPlace("O1", Side.BUY, 1, 1, PlaceCertainty.EXACT),)))
    desk = day.view.subscribe()
    desk.watch(Watch((PING_AN,), ()))
    assert desk.take_books() == ((), ())


def test_rate_is_counted_over_whole_seconds() -> None:
    seconds = [0.0]
    meter = RateMeter(lambda: seconds[0])
    assert meter.per_second(500) == 0
    seconds[0] = 2.0
    assert meter.per_second(3_000) == 1_500
    seconds[0] = 2.5
    assert meter.per_second(9_000) == 1_500
    assert meter.per_second(10) == 0


async def test_a_desk_is_woken_by_its_own_book_only() -> None:
    heart, tape = MarketHeart(lambda: 0.0), Tape()
    heart.on_welcome(welcome())
    tape.buy(SHENZHEN, 1, 99_000, 100)
    tape.buy(SHANGHAI, 2, 99_000, 100)
    desk = DeskView(heart, lambda _symbol: ())
    desk.watch(Watch((), ("600000.SH",)))
    assert len(desk.take_books()[0]) == 1
    waiting = asyncio.create_task(desk.wait_news())
    await asyncio.sleep(0)
    heart.on_frame(tape.frame(1, 1))
    await asyncio.sleep(0)
    assert not waiting.done()
    heart.on_frame(tape.frame(2, 2))
    await asyncio.wait_for(waiting, 5)
    assert desk.take_books()[0][0].bid_total == 100


async def test_a_desk_is_woken_by_its_own_wish_and_by_another_session() -> None:
    heart = MarketHeart(lambda: 0.0)
    desk = DeskView(heart, lambda _symbol: ())
    for cause in (
        lambda: desk.watch(Watch((), ("600000.SH",))),
        lambda: heart.on_welcome(welcome()),
    ):
        waiting = asyncio.create_task(desk.wait_news())
        await asyncio.sleep(0)
        cause()
        await asyncio.wait_for(waiting, 5)


def test_in_a_replay_nothing_can_be_traded_on() -> None:
    day = _Day()
    assert day.view.health().orders == FakeGateway().state.value
    told = FeedWelcome("two", "2023-02-01", 1.0, (security(),), replay=True)
    day.heart.on_welcome(told)
    assert day.view.health().orders == "replay"
    assert day.view.quote_fault(PING_AN) == "行情回放中,没有可成交的市场"


def test_the_recorders_words_are_told() -> None:
    day = _Day()
    view = MarketView(
        day.heart, lambda: day.link, FakeGateway(), FakeClock(), lambda: 0.0, lambda: "录制中"
    )
    assert (day.view.health().recording, view.health().recording) == ("", "录制中")
