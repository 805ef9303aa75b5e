"""What our exchange publishes leads back to the orders that came in, in both dialects."""

from hypothesis import given, settings
from hypothesis import strategies as st

from models.market.instrument import Exchange, Phase
from models.trading.order import Side
from services.exchange.matching.kinds import ORDER_KINDS
from services.exchange.matching.order import OrderKind
from services.exchange.recorded.comparison import DayComparison, DaySubject
from services.exchange.recorded.inference import infer_steps
from tests.support.exchange import TEN, order_at, records_of, security, venue_of

STEPS = st.lists(
    st.tuples(
        st.sampled_from(("limit", "limit", "limit", "limit", "cancel", "market")),
        st.sampled_from(tuple(Side)),
        st.integers(-6, 6),
        st.integers(1, 9),
        st.integers(0, 5),
    ),
    max_size=80,
)


@settings(max_examples=60)
@given(STEPS, st.sampled_from((Exchange.SSE, Exchange.SZSE)))
def test_inferred_orders_make_the_published_trades(
    steps: list[tuple[str, Side, int, int, int]], exchange: Exchange
) -> None:
    venue = venue_of(security(exchange), Phase.OPENING_CALL)
    kinds = sorted(ORDER_KINDS[exchange] - {OrderKind.LIMIT})
    for place, (what, side, offset, lots, choice) in enumerate(steps):
        if place == len(steps) // 4:
            venue.change_phase(Phase.GAP, TEN)
            venue.change_phase(Phase.CONTINUOUS, TEN)
        if what == "cancel":
            numbers = sorted(venue.book.orders)
            if numbers:
                venue.cancel(numbers[(offset + lots) % len(numbers)], TEN)
        elif what == "market" and venue.phase is Phase.CONTINUOUS:
            order = order_at(venue, side, 0, 100 * lots)
            venue.execute(order, kinds[choice % len(kinds)], 0, TEN)
        else:
            venue.enter(order_at(venue, side, 100_000 + 100 * offset, 100 * lots), TEN)
    published = records_of(venue)
    call_ends = next((one.sequence for one in published if one.price == 3 and one.kind == 4), 0)
    timed = [
        one._replace(time_ms=TEN if one.sequence > call_ends > 0 else 33_400_000)
        for one in published
    ]
    subject = DaySubject("600001", exchange, 100, 100_000)
    report = DayComparison(subject, has_closing_call=False).run(infer_steps(timed))
    assert report.first_difference == ""
    assert report.incoming_equal == report.incoming
    assert report.auctions_equal == report.auctions
