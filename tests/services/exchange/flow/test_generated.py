"""Generated markets are believable, lawful and repeatable."""

import pytest

from models.market.instrument import Phase, SecurityKind
from models.trading.order import Side
from models.wire.feed import KIND_ADD, KIND_TRADE, SIDE_BUY, SIDE_NONE
from services.exchange.admission.admission import Asked
from services.exchange.floor.market import Market
from services.exchange.floor.venue import Venue
from services.exchange.flow.generated import GeneratedFlow
from services.exchange.flow.pace import pace_permille
from services.exchange.flow.story import Story, tell_stories
from services.exchange.market_day import open_market
from services.exchange.matching.order import BookOrder
from services.market.feed.frames import unpack_records
from services.market.feed.record import FeedRecord
from tests.support.exchange import TEN, admission, records_of

SEED = 20230201
EARLY = 34_500_000  # 09:35
STORY = Story(drift_bp=500, restlessness_bp=6, vigour_permille=1_500)
REFUSALS: list[tuple[str, str, int]] = []


def run_to(to_ms: int, seed: int = SEED) -> Market:
    market = open_market(admission(), seed)
    market.advance(to_ms)
    return market


@pytest.fixture(scope="module")
def market_at_ten() -> Market:
    return run_to(TEN)


def generated(market: Market) -> list[Venue]:
    return [venue for symbol, venue in market.venues.items() if symbol != "600519.SH"]


def published(market: Market) -> list[bytes]:
    return [bytes(channel.records) for channel in market.channels]


def test_same_seed_gives_the_same_market_whatever_the_steps_of_the_clock() -> None:
    whole, stepped = run_to(EARLY), open_market(admission(), SEED)
    for to_ms in range(33_300_000, EARLY, 7_777):
        stepped.advance(to_ms, most=50)
    while not stepped.advance(EARLY, most=500):
        assert stepped.now_ms < EARLY
    assert published(stepped) == published(whole)
    assert published(run_to(EARLY, SEED + 1)) != published(whole)


def test_ten_levels_a_side_are_filled(market_at_ten: Market) -> None:
    venues = generated(market_at_ten)
    filled = [
        venue for venue in venues if min(len(venue.book.bids.keys), len(venue.book.asks.keys)) >= 10
    ]
    assert len(filled) >= len(venues) - 3  # one is sealed at its limit, a few may be thin


def test_spreads_are_a_few_ticks_and_books_never_cross(market_at_ten: Market) -> None:
    for venue in generated(market_at_ten):
        bid, ask = venue.book.bids.best(), venue.book.asks.best()
        if bid and ask:
            assert 0 < ask - bid <= max(8 * venue.listing.tick_units, bid // 500), venue.listing


def test_a_few_move_five_percent_and_one_is_sealed_at_its_limit(market_at_ten: Market) -> None:
    moves = [
        abs(venue.book.last_units - venue.listing.previous_close_units)
        / venue.listing.previous_close_units
        for venue in generated(market_at_ten)
    ]
    sealed = [
        venue
        for venue in generated(market_at_ten)
        if venue.book.bids.best() == venue.listing.limit_up_units and not venue.book.asks.keys
    ]
    assert 4 <= sum(move >= 0.05 for move in moves) <= 10
    assert sum(move < 0.02 for move in moves) >= 55
    assert len(sealed) == 1
    assert sealed[0].book.bids.depth(1)[0][1] > 10_000


def test_all_stay_inside_their_limits_and_on_their_ticks(market_at_ten: Market) -> None:
    by_index = {venue.listing.index: venue.listing for venue in generated(market_at_ten)}
    for channel in market_at_ten.channels:
        for record in unpack_records(bytes(channel.records)):
            listing = by_index.get(record.instrument)
            if listing is None or record.kind not in (KIND_ADD, KIND_TRADE):
                continue
            assert listing.limit_down_units <= record.price <= listing.limit_up_units
            assert record.price % listing.tick_units == 0


def test_both_sides_take_and_the_opening_is_an_auction(market_at_ten: Market) -> None:
    by_index: dict[int, list[FeedRecord]] = {}
    for channel in market_at_ten.channels:
        for record in unpack_records(bytes(channel.records)):
            if record.kind == KIND_TRADE:
                by_index.setdefault(record.instrument, []).append(record)
    for venue in generated(market_at_ten):
        trades = by_index[venue.listing.index]
        sides = {record.side for record in trades}
        assert SIDE_NONE in sides
        assert len(sides) == 3 or len(trades) < 60, venue.listing.symbol
        assert all((one.side == SIDE_NONE) == (one.time_ms < 34_200_000) for one in trades)
        assert any(one.side == SIDE_BUY for one in trades) or len(trades) < 60


class AskingVenue(Venue):
    """A venue that asks the rules about every generated order before it takes it."""

    __slots__ = ()

    def enter(self, order: BookOrder, time_ms: int) -> None:
        asked = Asked(order.side, order.price_units, order.left)
        judged = admission().judge_order(self, asked, time_ms)
        if not judged.ok:
            REFUSALS.append((self.listing.symbol, judged.reason, order.price_units))
        super().enter(order, time_ms)


@pytest.mark.parametrize("kind", [SecurityKind.STOCK, SecurityKind.ETF])
def test_every_generated_order_passes_the_rules(kind: SecurityKind) -> None:
    REFUSALS.clear()
    market = open_market(admission(), SEED, only=frozenset({"none"}))
    chosen = [v for v in generated(market) if v.listing.security.kind is kind][::5]
    flows = []
    for venue in chosen:
        asking = AskingVenue(venue.listing, venue.tape)
        flows.append(GeneratedFlow(asking, STORY, SEED))
    Market([flow.venue for flow in flows], [], flows).advance(35_000_000)
    assert REFUSALS == []


def test_lunch_is_quiet_and_the_day_ends() -> None:
    market = open_market(admission(), SEED, only=frozenset({"000001.SZ", "510050.SH"}))
    market.advance(57_000_000)
    times = [
        record.time_ms
        for symbol in ("000001.SZ", "510050.SH")
        for record in records_of(market.venues[symbol])
        if record.kind in (KIND_ADD, KIND_TRADE)
    ]
    assert not [one for one in times if 41_400_000 <= one < 46_800_000]
    assert max(times) <= 54_000_000
    assert {venue.phase for venue in market.venues.values()} == {Phase.CLOSED}


def test_pace_is_a_u() -> None:
    def at(hour: int, minute: int) -> int:
        return pace_permille((hour * 60 + minute) * 60_000)

    assert at(9, 31) > at(10, 30) > at(11, 20)
    assert at(14, 50) > at(14, 10) > at(13, 30)
    assert at(9, 0) == at(9, 30)


def test_sizes_are_legal_lots() -> None:
    market = open_market(admission(), SEED, only=frozenset({"none"}))
    for venue in generated(market):
        flow = GeneratedFlow(venue, STORY, SEED)
        assert all(size % 100 == 0 for size in flow.sizes)
        for size in flow.sizes:
            asked = Asked(Side.BUY, venue.listing.previous_close_units, size)
            venue.phase = Phase.CONTINUOUS
            assert admission().judge_order(venue, asked, TEN).ok


def test_one_security_moves_after_ten_before_the_viewers_eyes() -> None:
    listings = [venue.listing for venue in generated(open_market(admission(), SEED))]
    stories = tell_stories([*listings], SEED)
    (symbol,) = (symbol for symbol, story in stories.items() if story.from_ms > TEN)
    market = open_market(admission(), SEED, only=frozenset({symbol}))
    venue = market.venues[symbol]
    close = venue.listing.previous_close_units
    market.advance(TEN)
    assert abs(venue.book.last_units - close) * 100 < 3 * close
    market.advance(TEN + 330_000)
    assert abs(venue.book.last_units - close) * 100 >= 5 * close
