"""Full depth, queues, flow, seals and withdrawals are read from the books."""

from models.market.details import (
    CancelRank,
    DetailWatch,
    FlowRow,
    QueuePlace,
    Seal,
    SealState,
)
from models.market.picture import Level
from models.wire.feed import SIDE_BUY, SIDE_SELL
from services.market.details.conflator import FULL_S, DetailConflator
from services.market.details.insight import QUEUE_SENT, MarketInsight
from services.market.details.scan import PAUSE_S, RANKED, MarketScan
from services.market.heart import MarketHeart
from tests.services.market.support import SHANGHAI, SHENZHEN, Tape, welcome

SYMBOL, OTHER = "600000.SH", "000001.SZ"
LIMITS = (10_000_000, 2_000_000, 400_000)


def heart_of(tape: Tape, flow_limits: tuple[int, ...] = ()) -> MarketHeart:
    """Return a heart that has read the tape."""
    heart = MarketHeart(lambda: 0.0, flow_limits=flow_limits)
    heart.on_welcome(welcome())
    if tape.records:
        heart.on_frame(tape.frame(1, len(tape.records)))
    return heart


def insight_of(tape: Tape) -> MarketInsight:
    """Return the insight into such a heart."""
    return MarketInsight(heart_of(tape))


def deep_tape() -> Tape:
    """Twenty-five bids."""
    tape = Tape()
    for step in range(25):
        tape.buy(SHANGHAI, step + 1, 99_900 - 100 * step, 100)
    return tape


def test_depth_goes_beyond_ten_levels() -> None:
    full = insight_of(deep_tape()).full_depth(SYMBOL)
    assert full is not None
    assert (len(full.bids), full.asks) == (25, ())
    assert full.bids[24] == Level(97_500, 100, 1)


def test_the_queue_at_any_price_is_in_order() -> None:
    tape = Tape()
    for order in (5, 3, 9):
        tape.buy(SHANGHAI, order, 95_000, order * 100)
    tape.cancel(SHANGHAI, SIDE_BUY, 3, 300)
    queue = insight_of(tape).queue(QueuePlace(SYMBOL, True, 95_000))
    assert queue is not None
    assert (queue.sizes, queue.order_count, queue.quantity) == ((500, 900), 2, 1_400)


def test_a_very_long_queue_is_counted_whole_and_sent_in_part() -> None:
    tape = Tape()
    for order in range(QUEUE_SENT + 7):
        tape.sell(SHANGHAI, order + 1, 99_000, 100)
    queue = insight_of(tape).queue(QueuePlace(SYMBOL, False, 99_000))
    assert queue is not None
    assert (len(queue.sizes), queue.order_count) == (QUEUE_SENT, QUEUE_SENT + 7)


def test_an_empty_price_has_an_empty_queue() -> None:
    queue = insight_of(deep_tape()).queue(QueuePlace(SYMBOL, False, 99_900))
    assert queue is not None and queue.sizes == ()


def test_a_seal_is_a_limit_without_another_side() -> None:
    tape = Tape()
    tape.buy(SHANGHAI, 1, 110_000, 4_000)
    tape.sell(SHENZHEN, 2, 90_000, 700)
    insight = insight_of(tape)
    assert insight.seal(SYMBOL) == Seal(SYMBOL, True, 110_000, 4_000, 1)
    down = insight.seal(OTHER)
    assert down is not None
    assert (down.is_up, down.amount_units) == (False, 90_000 * 700)


def test_a_seal_tells_the_minute_that_first_traded_at_the_limit() -> None:
    tape = Tape()
    tape.sell(SHANGHAI, 1, 110_000, 100)
    tape.trade(SHANGHAI, SIDE_BUY, 2, 1, 110_000, 100)
    tape.buy(SHANGHAI, 3, 110_000, 4_000)
    seal = insight_of(tape).seal(SYMBOL)
    assert seal is not None
    assert seal.touched_minute == tape.time_ms // 60_000


def test_a_book_with_both_sides_is_not_sealed() -> None:
    tape = Tape()
    tape.buy(SHANGHAI, 1, 109_900, 4_000)
    tape.sell(SHANGHAI, 2, 110_000, 100)
    assert insight_of(tape).seal_state(SYMBOL) == SealState(SYMBOL, None)


def cancelling_tape() -> Tape:
    """One withdrawn order in each of two securities."""
    tape = Tape()
    tape.buy(SHANGHAI, 1, 99_000, 100)
    tape.cancel(SHANGHAI, SIDE_BUY, 1, 100)
    tape.sell(SHENZHEN, 3, 101_000, 900)
    tape.cancel(SHENZHEN, SIDE_SELL, 3, 900)
    return tape


def test_the_scan_ranks_withdrawals_by_money_and_pauses_after_each_round() -> None:
    tape = cancelling_tape()
    tape.buy(SHANGHAI, 5, 110_000, 200)
    heart = heart_of(tape)
    scan = MarketScan(heart, MarketInsight(heart))
    ranking = scan.step(10.0)
    assert ranking is not None
    assert ranking.cancels == (
        CancelRank(OTHER, 0, 0, 1, 900, 900 * 101_000),
        CancelRank(SYMBOL, 1, 100, 0, 0, 100 * 99_000),
    )
    assert [seal.symbol for seal in ranking.seals] == [SYMBOL]
    assert len(ranking.cancels) <= RANKED
    assert scan.step(10.0 + PAUSE_S / 2) is None
    assert scan.step(10.0 + PAUSE_S) is not None


def test_flow_counts_the_active_order_by_its_size() -> None:
    tape = Tape()
    tape.sell(SHANGHAI, 1, 100_000, 300)
    tape.trade(SHANGHAI, SIDE_BUY, 2, 1, 100_000, 300)
    flow = MarketInsight(heart_of(tape, LIMITS)).flow(SYMBOL)
    assert flow is not None
    assert (flow.bounds, flow.buys[0]) == (LIMITS, FlowRow(1, 300, 30_000_000))
    assert not any(row.orders for row in (*flow.buys[1:], *flow.sells))


def test_without_limits_nothing_is_counted() -> None:
    flow = insight_of(deep_tape()).flow(SYMBOL)
    assert flow is not None
    assert (flow.bounds, flow.buys, flow.sells) == ((), (), ())


def traded(tape: Tape, order: int, time_ms: int) -> None:
    """Write a sell order and the buy of 300 shares that takes it."""
    tape.time_ms = time_ms
    tape.sell(SHANGHAI, order, 100_000, 300)
    tape.trade(SHANGHAI, SIDE_BUY, order + 1, order, 100_000, 300)


def test_bounds_that_come_late_count_from_then_on_and_say_so() -> None:
    tape = Tape()
    traded(tape, 1, 36_000_000)
    heart = heart_of(tape)
    heart.flow.change(LIMITS)
    traded(tape, 3, 36_060_000)
    heart.on_frame(tape.frame(3, 4))
    flow = MarketInsight(heart).flow(SYMBOL)
    assert flow is not None
    assert (flow.bounds, flow.buys[0].orders, flow.since_ms) == (LIMITS, 1, 36_000_000)


def test_bounds_that_come_before_the_first_record_count_the_whole_day() -> None:
    tape = Tape()
    heart = heart_of(tape, (9, 8, 7))
    heart.flow.change(LIMITS)
    traded(tape, 1, 36_000_000)
    heart.on_frame(tape.frame(1, 2))
    flow = MarketInsight(heart).flow(SYMBOL)
    assert flow is not None
    assert (flow.bounds, flow.buys[0].orders, flow.since_ms) == (LIMITS, 1, 0)


def test_a_session_is_counted_by_one_set_of_bounds_and_the_next_by_the_newest() -> None:
    tape = Tape()
    traded(tape, 1, 36_000_000)
    heart = heart_of(tape, LIMITS)
    for others in ((9, 8, 7), ()):
        heart.flow.change(others)
        assert heart.flow.limits == LIMITS
        heart.on_welcome(welcome(f"after {others}"))
        assert (heart.flow.limits, heart.flow.since_ms) == (others, 0)
        heart = heart_of(tape, LIMITS)


def test_an_unknown_security_tells_nothing() -> None:
    insight = insight_of(Tape())
    assert insight.full_depth("999999.SH") is None
    assert insight.queue(QueuePlace("999999.SH", True, 1)) is None
    assert insight.flow("999999.SH") is None
    assert insight.seal("999999.SH") is None


def test_details_come_at_once_then_only_after_a_change_and_a_pause() -> None:
    tape = deep_tape()
    heart = heart_of(tape)
    details, watch = DetailConflator(heart), DetailWatch(full=(SYMBOL,), seals=(SYMBOL,))
    first = details.take(watch, 5.0)
    assert (len(first.full), first.seals) == (1, (SealState(SYMBOL, None),))
    assert not details.take(watch, 9.0)
    tape.buy(SHANGHAI, 90, 99_000, 100)
    heart.on_frame(tape.frame(len(tape.records), len(tape.records)))
    assert not details.take(watch, 9.0 + FULL_S / 2)
    assert len(details.take(watch, 9.0 + FULL_S).full) == 1


def test_what_nobody_watches_is_not_painted() -> None:
    details = DetailConflator(heart_of(cancelling_tape()))
    assert not details.take(DetailWatch(), 1.0)
    assert details.take(DetailWatch(has_ranking=True), 1.0).ranking is not None


def test_another_session_sends_everything_anew() -> None:
    details, watch = DetailConflator(heart_of(deep_tape())), DetailWatch(full=(SYMBOL,))
    details.take(watch, 1.0)
    details.forget()
    assert details.take(watch, 1.0).full
