"""What the order path may believe of the market."""

import asyncio

from models.market.picture import BookHealth
from models.wire.exchange import FeedHeartbeat, FeedWelcome
from models.wire.view import Watch
from services.link.engine.market_view import DeskView, MarketView, RateMeter
from services.market.feed_client import FeedLink
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
    desk = DeskView(heart)
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
    desk = DeskView(heart)
    for cause in (
        lambda: desk.watch(Watch((), ("600000.SH",))),
        lambda: heart.on_welcome(welcome()),
    ):
        waiting = asyncio.create_task(desk.wait_news())
        await asyncio.sleep(0)
        cause()
        await asyncio.wait_for(waiting, 5)
