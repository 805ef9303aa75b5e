"""The view lane over a real socket."""

from pathlib import Path

from msgspec.msgpack import Decoder

from models.market.details import (
    CancelRank,
    Details,
    DetailWatch,
    FlowRow,
    FullDepth,
    MarketRanking,
    OrderFlow,
    PriceQueue,
    QueuePlace,
    Seal,
    SealState,
)
from models.market.picture import Level
from models.status import LinkState
from models.wire.codec import decode_by, encode
from models.wire.view import ViewAck, ViewFrame, ViewHello, ViewMessage, Watch
from services.link.lines import open_line
from tests.support.lanes import (
    TOKEN,
    FakeViewMarket,
    RememberingScreen,
    served_lanes,
    view_client,
)
from tests.support.pictures import depth
from tests.support.trading import MOUTAI, PING_AN, quote, running_bench, security
from tests.support.waiting import until

_MESSAGES: Decoder[ViewMessage] = Decoder(ViewMessage)


async def test_screen_gets_the_day_and_what_it_watches(tmp_path: Path) -> None:
    market = FakeViewMarket(instruments=(security(),), quotes=(quote(), quote(MOUTAI)))
    screen = RememberingScreen()
    async with (
        running_bench(tmp_path) as bench,
        served_lanes(bench.trader, market) as port,
        view_client(port, screen) as client,
    ):
        client.watch(Watch((MOUTAI,), ()))
        await until(lambda: any(frame.quotes for frame in screen.frames))
        assert client.state is LinkState.CONNECTED
        client.watch(Watch((PING_AN,), ()))
        await until(lambda: screen.frames[-1].quotes == (quote(),))
    shown = {q.symbol for frame in screen.frames for q in frame.quotes}
    assert shown == {MOUTAI, PING_AN}
    assert screen.days[0].instruments == (security(),)
    assert screen.days[0].big_orders == (300, 200, 100)


async def test_every_watch_is_told_in_its_order(tmp_path: Path) -> None:
    market, screen = FakeViewMarket(), RememberingScreen()
    told = [Watch((), (MOUTAI,)), Watch((), ()), Watch((), (MOUTAI,))]
    async with (
        running_bench(tmp_path) as bench,
        served_lanes(bench.trader, market) as port,
        view_client(port, screen) as client,
    ):
        await until(lambda: bool(screen.frames))
        for watch in told:
            client.watch(watch)
        await until(lambda: market.watched[-3:] == told)


async def test_quotes_ride_behind_books_that_always_move(tmp_path: Path) -> None:
    book = depth()
    market = FakeViewMarket(quotes=(quote(MOUTAI),), depths=(book,))
    screen = RememberingScreen()
    async with (
        running_bench(tmp_path) as bench,
        served_lanes(bench.trader, market) as port,
        view_client(port, screen) as client,
    ):
        client.watch(Watch((MOUTAI,), (book.quote.symbol,)))
        await until(lambda: any(frame.quotes for frame in screen.frames))
        await until(lambda: bool(screen.frames[-1].depths))
    assert not any(frame.quotes and frame.depths for frame in screen.frames)


async def test_details_travel_only_to_who_asks_for_them(tmp_path: Path) -> None:
    full = FullDepth(MOUTAI, (Level(1, 100, 1),), (), 7)
    queue = PriceQueue(QueuePlace(MOUTAI, True, 1), 1, 100, (100,))
    ranking = MarketRanking(5, (Seal(MOUTAI, True, 1, 100, 1, 571),), (rank(MOUTAI),))
    flow = OrderFlow(MOUTAI, (3, 2, 1), (FlowRow(1, 2, 3),) * 4, (FlowRow(4, 5, 6),) * 4)
    details = Details((full,), (queue,), (flow,), (SealState(MOUTAI, None),), ranking)
    market, screen = FakeViewMarket(details=details), RememberingScreen()
    async with (
        running_bench(tmp_path) as bench,
        served_lanes(bench.trader, market) as port,
        view_client(port, screen) as client,
    ):
        await until(lambda: len(screen.frames) > 1)
        assert not any(frame.details for frame in screen.frames)
        client.watch(Watch((), (MOUTAI,), DetailWatch(full=(MOUTAI,))))
        await until(lambda: bool(screen.frames[-1].details))
    assert screen.frames[-1].details == details


def rank(symbol: str) -> CancelRank:
    return CancelRank(symbol, 1, 100, 2, 200, 300)


async def test_new_feed_session_announces_the_day_again(tmp_path: Path) -> None:
    market = FakeViewMarket()
    screen = RememberingScreen()
    async with (
        running_bench(tmp_path) as bench,
        served_lanes(bench.trader, market) as port,
        view_client(port, screen),
    ):
        await until(lambda: len(screen.days) == 1)
        market.session, market.instruments = "feed-2", (security(),)
        await until(lambda: len(screen.days) == 2)
    assert screen.days[1].instruments == (security(),)


async def test_other_bounds_of_big_orders_announce_the_day_again(tmp_path: Path) -> None:
    market, screen = FakeViewMarket(bounds=()), RememberingScreen()
    async with (
        running_bench(tmp_path) as bench,
        served_lanes(bench.trader, market) as port,
        view_client(port, screen),
    ):
        await until(lambda: len(screen.days) == 1)
        market.bounds = (300, 200, 100)
        await until(lambda: len(screen.days) == 2)
    assert [day.big_orders for day in screen.days] == [(), (300, 200, 100)]


async def test_next_frame_waits_for_the_acknowledgement(tmp_path: Path) -> None:
    market = FakeViewMarket(session="")
    async with (
        running_bench(tmp_path) as bench,
        served_lanes(bench.trader, market) as port,
        open_line(f"ws://127.0.0.1:{port}/view") as line,
    ):
        await line.send(encode(ViewHello(TOKEN)))
        first = decode_by(await line.recv(decode=False), _MESSAGES)
        assert isinstance(first, ViewFrame)
        await line.send(encode(ViewAck(first.frame + 7)))
        pong = await line.ping()
        await pong
        market.session = "feed-1"
        await line.send(encode(ViewAck(first.frame)))
        second = decode_by(await line.recv(decode=False), _MESSAGES)
        third = decode_by(await line.recv(decode=False), _MESSAGES)
        assert not isinstance(second, ViewFrame)
        assert isinstance(third, ViewFrame)
        assert third.frame == first.frame + 1


async def test_wrong_token_ends_the_line(tmp_path: Path) -> None:
    screen = RememberingScreen()
    async with (
        running_bench(tmp_path) as bench,
        served_lanes(bench.trader) as port,
        view_client(port, screen, token="guess") as client,
    ):
        await until(lambda: "BAD_TOKEN" in client.text)
    assert not screen.frames
