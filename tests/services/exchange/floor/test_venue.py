"""What a venue does in each phase with the orders it is given."""

from models.market.instrument import Board, Exchange, Phase
from models.trading.order import Side
from tests.support.exchange import TEN, FakeOwner, order_at, security, venue_of


def test_orders_of_a_call_trade_only_when_it_ends() -> None:
    venue = venue_of(security(), Phase.OPENING_CALL)
    buyer, seller = FakeOwner(), FakeOwner()
    venue.enter(order_at(venue, Side.BUY, 100_200, 300, buyer), TEN)
    venue.enter(order_at(venue, Side.SELL, 100_000, 200, seller), TEN)
    venue.change_phase(Phase.OPENING_LOCKED, TEN)
    assert (buyer.fills, seller.fills) == ([], [])
    venue.change_phase(Phase.GAP, TEN)
    assert buyer.fills == [(100_200, 200)]  # Shanghai: buyers left over take the highest price
    assert seller.fills == [(100_200, 200)]
    assert venue.book.bids.depth(1) == [(100_200, 100, 1)]


def test_orders_of_the_gap_are_held_until_continuous_trading() -> None:
    venue = venue_of(security(Exchange.SZSE), Phase.GAP)
    first, second = FakeOwner(), FakeOwner()
    venue.enter(order_at(venue, Side.BUY, 100_000, 100, first), TEN)
    venue.enter(order_at(venue, Side.SELL, 100_000, 100, second), TEN)
    assert not venue.book.orders
    venue.change_phase(Phase.CONTINUOUS, TEN)
    assert first.fills == second.fills == [(100_000, 100)]


def test_nothing_trades_at_lunch() -> None:
    venue = venue_of(security())
    seller = FakeOwner()
    venue.enter(order_at(venue, Side.SELL, 100_000, 100, seller), TEN)
    venue.change_phase(Phase.LUNCH, TEN)
    venue.enter(order_at(venue, Side.BUY, 100_000, 100), TEN)
    assert seller.fills == []
    assert venue.book.asks.depth(1) == [(100_000, 100, 1)]


def test_what_is_left_at_the_close_is_withdrawn_with_a_report() -> None:
    venue = venue_of(security(), Phase.CLOSING_CALL)
    left = FakeOwner()
    venue.enter(order_at(venue, Side.BUY, 99_000, 500, left), TEN)
    venue.enter(order_at(venue, Side.BUY, 99_000, 300), TEN)
    venue.change_phase(Phase.BREAK, TEN)
    assert left.withdrawals == [500]
    venue.change_phase(Phase.AFTER_HOURS, TEN)
    venue.change_phase(Phase.CLOSED, TEN)
    assert left.withdrawals == [500]
    assert left.fills == []


def test_partly_filled_order_reports_its_remainder_at_the_close() -> None:
    venue = venue_of(security())
    owner = FakeOwner()
    venue.enter(order_at(venue, Side.BUY, 100_000, 500, owner), TEN)
    venue.enter(order_at(venue, Side.SELL, 100_000, 200), TEN)
    venue.change_phase(Phase.CLOSING_CALL, TEN)
    venue.change_phase(Phase.BREAK, TEN)
    assert owner.fills == [(100_000, 200)]
    assert owner.withdrawals == [300]


def star_after_the_close() -> tuple[FakeOwner, FakeOwner, FakeOwner]:
    """Trade at 10.00 at the close; three fixed-price orders wait for 15:05."""
    venue = venue_of(security(Exchange.SSE, Board.STAR))
    buyer, late, seller = FakeOwner(), FakeOwner(), FakeOwner()
    venue.enter_after_hours(order_at(venue, Side.BUY, 101_000, 200, buyer), TEN)
    venue.enter_after_hours(order_at(venue, Side.BUY, 110_000, 200, late), TEN)
    venue.enter(order_at(venue, Side.BUY, 100_000, 200), TEN)
    venue.enter(order_at(venue, Side.SELL, 100_000, 200), TEN)
    venue.change_phase(Phase.CLOSING_CALL, TEN)
    venue.change_phase(Phase.BREAK, TEN)
    venue.change_phase(Phase.AFTER_HOURS, TEN)
    assert venue.close_units == 100_000
    venue.enter_after_hours(order_at(venue, Side.SELL, 99_000, 300, seller), TEN)
    invalid = FakeOwner()
    venue.enter_after_hours(order_at(venue, Side.BUY, 99_000, 200, invalid), TEN)
    assert invalid.withdrawals == [200]
    venue.change_phase(Phase.CLOSED, TEN)
    return buyer, late, seller


def test_after_hours_orders_trade_at_the_close_in_order_of_time() -> None:
    buyer, late, seller = star_after_the_close()
    assert buyer.fills == [(100_000, 200)]
    assert late.fills == [(100_000, 100)]
    assert seller.fills == [(100_000, 200), (100_000, 100)]
    assert late.withdrawals == [100]


def test_after_hours_order_can_be_withdrawn_before_and_during_the_session() -> None:
    venue = venue_of(security(Exchange.SSE, Board.STAR))
    early, late = FakeOwner(), FakeOwner()
    order = order_at(venue, Side.BUY, 101_000, 200, early)
    venue.enter_after_hours(order, TEN)
    assert venue.cancel_after_hours(order, TEN) == 200
    assert venue.cancel_after_hours(order, TEN) == 0
    venue.change_phase(Phase.BREAK, TEN)
    venue.change_phase(Phase.AFTER_HOURS, TEN)
    other = order_at(venue, Side.BUY, 101_000, 200, late)
    venue.enter_after_hours(other, TEN)
    assert venue.cancel_after_hours(other, TEN) == 200
    assert (early.withdrawals, late.withdrawals) == ([200], [200])
