"""Full depth, queues, seals and cancel rankings are read from the books."""

from models.market.picture import Level
from models.wire.feed import SIDE_BUY, SIDE_SELL
from services.market.heart import MarketHeart
from services.market.insight import CancelRank, MarketInsight, Seal
from services.market.kernel.book import BUY
from tests.services.market.support import SHANGHAI, SHENZHEN, Tape, welcome

SYMBOL = "600000.SH"


def insight_of(tape: Tape) -> MarketInsight:
    """Return the insight into a heart that has read the tape."""
    heart = MarketHeart(lambda: 0.0)
    heart.on_welcome(welcome())
    heart.on_frame(tape.frame(1, len(tape.records)))
    return MarketInsight(heart)


def test_depth_goes_beyond_ten_levels() -> None:
    tape = Tape()
    for step in range(25):
        tape.buy(SHANGHAI, step + 1, 99_900 - 100 * step, 100)
    bids, asks = insight_of(tape).full_depth(SYMBOL)
    assert (len(bids), asks) == (25, ())
    assert bids[24] == Level(97_500, 100, 1)


def test_the_queue_at_any_price_is_in_order() -> None:
    tape = Tape()
    for order in (5, 3, 9):
        tape.buy(SHANGHAI, order, 95_000, order * 100)
    tape.cancel(SHANGHAI, SIDE_BUY, 3, 300)
    assert insight_of(tape).queue(SYMBOL, BUY, 95_000) == ((5, 500), (9, 900))


def test_a_seal_is_a_limit_without_another_side() -> None:
    tape = Tape()
    tape.buy(SHANGHAI, 1, 110_000, 4_000)
    tape.sell(SHENZHEN, 2, 90_000, 700)
    insight = insight_of(tape)
    assert insight.seal(SYMBOL) == Seal(SYMBOL, True, 110_000, 4_000, 1)
    down = insight.seal("000001.SZ")
    assert down is not None
    assert (down.is_up, down.amount_units) == (False, 90_000 * 700)


def test_a_book_with_both_sides_is_not_sealed() -> None:
    tape = Tape()
    tape.buy(SHANGHAI, 1, 109_900, 4_000)
    tape.sell(SHANGHAI, 2, 110_000, 100)
    assert insight_of(tape).seal(SYMBOL) is None


def test_cancels_are_ranked_by_shares() -> None:
    tape = Tape()
    tape.buy(SHANGHAI, 1, 99_000, 100)
    tape.cancel(SHANGHAI, SIDE_BUY, 1, 100)
    tape.sell(SHENZHEN, 3, 101_000, 900)
    tape.cancel(SHENZHEN, SIDE_SELL, 3, 900)
    assert insight_of(tape).cancel_ranking(2) == (
        CancelRank("000001.SZ", 0, 0, 1, 900),
        CancelRank(SYMBOL, 1, 100, 0, 0),
    )


def test_an_unknown_security_tells_nothing() -> None:
    insight = insight_of(Tape())
    assert insight.full_depth("999999.SH") == ((), ())
    assert insight.queue("999999.SH", BUY, 1) == ()
    assert insight.seal("999999.SH") is None
