"""What the screens read of the market."""

from dataclasses import dataclass, field

from models.market.details import (
    Details,
    DetailWatch,
    FullDepth,
    MarketRanking,
    QueuePlace,
    Seal,
    SealState,
)
from models.market.picture import BookHealth, Depth, MinuteBar, Quote
from models.status import LinkState
from models.wire.view import BarsUpdate, EngineHealth, ViewFrame, ViewWelcome, Watch
from services.desk.market.watch import MarketWatch
from tests.support.trading import MOUTAI, PING_AN, quote, security

PLACE = QueuePlace(MOUTAI, True, 5)
HEALTH = EngineHealth("live", "", "live", 0, 0, 0, 0, 0, "python")


@dataclass
class FakeBoard:
    feed: list[tuple[LinkState, str]] = field(default_factory=list)
    days: list[ViewWelcome] = field(default_factory=list)
    frames: list[ViewFrame] = field(default_factory=list)

    def set_feed(self, state: LinkState, words: str) -> None:
        self.feed.append((state, words))

    def set_day(self, welcome: ViewWelcome) -> None:
        self.days.append(welcome)

    def take_frame(self, frame: ViewFrame) -> None:
        self.frames.append(frame)


def depth(symbol: str, last_units: int = 150_000) -> Depth:
    return Depth(
        quote=quote(symbol, last_units),
        bids=(),
        asks=(),
        bid_queue=(),
        ask_queue=(),
        bid_total=0,
        ask_total=0,
        bid_average_units=0,
        ask_average_units=0,
        auction_units=0,
        auction_volume=0,
        auction_unmatched=0,
        ticks=(),
        health=BookHealth.GOOD,
        health_reason="",
        sequence=1,
    )


def bar(minute: int, close_units: int) -> MinuteBar:
    return MinuteBar(minute, 1, 1, 1, close_units, 1, 1, 1)


def frame(
    quotes: tuple[Quote, ...] = (),
    depths: tuple[Depth, ...] = (),
    bars: tuple[BarsUpdate, ...] = (),
    details: Details | None = None,
) -> ViewFrame:
    return ViewFrame(1, 36_000_000, quotes, depths, bars, HEALTH, details=details or Details())


def watched() -> tuple[MarketWatch, list[Watch]]:
    watch, sent = MarketWatch(FakeBoard()), list[Watch]()
    watch.send_watches_to(sent.append)
    return watch, sent


def test_watches_of_all_owners_are_merged() -> None:
    watch, sent = watched()
    watch.show_quotes("holdings", frozenset({MOUTAI, PING_AN}))
    watch.show_depth("trading", frozenset({MOUTAI}))
    watch.show_depth("client", frozenset({MOUTAI, PING_AN}))
    watch.show_depth("trading", frozenset())
    assert sent[-1] == Watch((), (PING_AN, MOUTAI))
    watch.show_depth("client", frozenset())
    assert sent[-1] == Watch((PING_AN, MOUTAI), ())


def test_same_watch_is_not_sent_twice() -> None:
    watch, sent = watched()
    watch.show_depth("trading", frozenset({MOUTAI}))
    watch.show_depth("client", frozenset({MOUTAI}))
    assert len(sent) == 2


def test_newest_quote_wins_also_from_a_depth() -> None:
    watch, _ = watched()
    watch.frame_came(frame(quotes=(quote(PING_AN, 150_000),)))
    watch.frame_came(frame(depths=(depth(PING_AN, 151_000),)))
    shown = watch.quote(PING_AN)
    assert shown is not None
    assert shown.last_units == 151_000
    assert watch.revision() == 2


def test_bars_are_laid_over_by_minute() -> None:
    watch, _ = watched()
    watch.show_depth("trading", frozenset({PING_AN}))
    watch.frame_came(frame(bars=(BarsUpdate(PING_AN, True, (bar(570, 1), bar(571, 2))),)))
    watch.frame_came(frame(bars=(BarsUpdate(PING_AN, False, (bar(571, 3), bar(572, 4))),)))
    assert [(one.minute, one.close_units) for one in watch.bars(PING_AN)] == [
        (570, 1),
        (571, 3),
        (572, 4),
    ]


def test_book_no_longer_shown_is_forgotten() -> None:
    watch, _ = watched()
    watch.show_depth("trading", frozenset({PING_AN}))
    watch.frame_came(
        frame(depths=(depth(PING_AN),), bars=(BarsUpdate(PING_AN, True, (bar(570, 1),)),))
    )
    watch.show_depth("trading", frozenset({MOUTAI}))
    watch.frame_came(frame(bars=(BarsUpdate(PING_AN, False, (bar(571, 1),)),)))
    assert watch.depth(PING_AN) is None
    assert watch.bars(PING_AN) == ()
    assert watch.quote(PING_AN) is not None


def test_new_day_voids_everything() -> None:
    watch, _ = watched()
    watch.frame_came(frame(quotes=(quote(PING_AN),)))
    watch.day_came(ViewWelcome("2023-02-01", 1.0, (security(PING_AN), security(MOUTAI))))
    assert watch.quote(PING_AN) is None
    assert [one.symbol for one in watch.instruments()] == [PING_AN, MOUTAI]
    found = watch.instrument(MOUTAI)
    assert found is not None
    assert found.pinyin == "cszq"  # 测试证券


def test_board_hears_of_days_frames_and_losses() -> None:
    board = FakeBoard()
    watch = MarketWatch(board)
    watch.view_changed(LinkState.CONNECTED, "行情已连接")
    watch.view_changed(LinkState.DOWN, "引擎断开了连接")
    watch.day_came(ViewWelcome("2023-02-01", 1.0, ()))
    watch.frame_came(frame())
    assert board.feed == [(LinkState.DOWN, "引擎断开了连接")]
    assert len(board.days) == len(board.frames) == 1


def test_details_are_watched_together_and_forgotten_with_their_owner() -> None:
    watch, sent = watched()
    watch.show_details("trading", DetailWatch(full=(MOUTAI,), queues=(PLACE,)))
    watch.show_details("client", DetailWatch(full=(PING_AN, MOUTAI), has_ranking=True))
    both = DetailWatch(full=(PING_AN, MOUTAI), queues=(PLACE,), has_ranking=True)
    assert sent[-1].details == both
    told = Details((full(MOUTAI), full(PING_AN)), (), (), (), MarketRanking(1, (), ()))
    watch.frame_came(frame(details=told))
    watch.show_details("client", DetailWatch())
    assert sent[-1].details == DetailWatch(full=(MOUTAI,), queues=(PLACE,))
    details = watch.details
    assert details.full(MOUTAI) == full(MOUTAI)
    assert (details.full(PING_AN), details.ranking()) == (None, None)


def test_a_late_detail_of_what_is_shown_no_more_leaves_nothing_behind() -> None:
    watch, _ = watched()
    watch.frame_came(frame(details=Details((full(MOUTAI),))))
    assert watch.details.full(MOUTAI) is None


def test_a_seal_that_broke_is_gone() -> None:
    watch, _ = watched()
    seal = Seal(MOUTAI, True, 1, 100, 1)
    watch.show_details("trading", DetailWatch(seals=(MOUTAI,)))
    watch.frame_came(frame(details=Details(seals=(SealState(MOUTAI, seal),))))
    assert watch.details.seal(MOUTAI) == seal
    watch.frame_came(frame(details=Details(seals=(SealState(MOUTAI, None),))))
    assert watch.details.seal(MOUTAI) is None


def test_the_exchange_clock_is_the_one_of_the_newest_frame() -> None:
    watch, _ = watched()
    assert watch.time_ms() == 0
    watch.frame_came(frame())
    assert watch.time_ms() == 36_000_000
    watch.day_came(ViewWelcome("2023-02-02", 10.0, ()))
    assert (watch.time_ms(), watch.speed()) == (0, 10.0)


def full(symbol: str) -> FullDepth:
    return FullDepth(symbol, (), (), 1)


def test_who_wants_to_know_is_told_of_every_book_and_day() -> None:
    watch, _ = watched()
    revisions: list[int] = []
    watch.tell_moves_to(lambda: revisions.append(watch.revision()))
    watch.day_came(ViewWelcome("2023-02-01", 1.0, (security(),)))
    watch.frame_came(frame(quotes=(quote(),)))  # the next book's frame shows them
    watch.frame_came(frame(depths=(depth(PING_AN),)))
    watch.tell_moves_to(None)
    watch.frame_came(frame())
    assert revisions == [1, 3]
