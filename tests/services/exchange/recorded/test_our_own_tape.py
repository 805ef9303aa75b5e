"""What our exchange publishes leads back to the orders that came in, in both dialects."""

import csv
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from models.market.instrument import Exchange, Phase
from models.trading.order import Side
from models.wire.feed import KIND_ADD, KIND_DELETE, KIND_TRADE, PHASES, SIDE_BUY
from services.exchange.feed.board import SnapshotBoard, snapshot_of
from services.exchange.market_day import open_market
from services.exchange.matching.kinds import ORDER_KINDS
from services.exchange.matching.order import OrderKind
from services.exchange.recorded.comparison import DayComparison, DaySubject
from services.exchange.recorded.inference import infer_steps
from services.exchange.recorded.proof import prove_day
from services.market.feed.record import FeedRecord
from services.market.feed.snapshots import Snapshot
from services.market.sources.day import Missing
from services.market.verify.day import verify_day
from tests.support.exchange import TEN, admission, order_at, records_of, security, venue_of


def stamp(time_ms: int) -> str:
    seconds, ms = divmod(time_ms, 1_000)
    return f"{seconds // 3_600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{ms:03}"


def yuan(units: int) -> str:
    return f"{units / 10_000:.4f}"


def write_shenzhen_files(folder: Path, records: list[FeedRecord]) -> None:
    """Write records as a vendor's two Shenzhen files: cancels stand in the trade file."""
    orders = [["SecurityID", "TransactTime", "OrdType", "ApplSeqNum", "Price", "OrderQty", "Side"]]
    head = ["SecurityID", "TransactTime", "ExecType", "ApplSeqNum", "BidApplSeqNum"]
    trades = [[*head, "OfferApplSeqNum", "TradePrice", "TradeQty"]]
    for one in records:
        time, sequence, shares = stamp(one.time_ms), str(one.sequence), str(one.quantity)
        if one.kind == KIND_ADD:
            side = "1" if one.side == SIDE_BUY else "2"
            kind = {1: "1", 2: "2", 3: "U"}[one.order]
            orders.append(["000001", time, kind, sequence, yuan(one.price), shares, side])
        elif one.kind == KIND_DELETE:
            ids = [str(one.order_id), "0"] if one.side == SIDE_BUY else ["0", str(one.order_id)]
            trades.append(["000001", time, "4", sequence, *ids, "0", shares])
        elif one.kind == KIND_TRADE:
            ids = [str(one.order_id), str(one.other_id)]
            trades.append(["000001", time, "F", sequence, *ids, yuan(one.price), shares])
    for name, rows in (("000001_orders.csv", orders), ("000001_trades.csv", trades)):
        with (folder / name).open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows(rows)


def test_engine_reproduces_a_day_told_in_shenzhens_dialect(tmp_path: Path) -> None:
    market = open_market(admission(), seed=5, only=frozenset({"000001.SZ"}))
    market.advance(54_000_000)
    write_shenzhen_files(tmp_path, records_of(market.venues["000001.SZ"]))
    report = prove_day(tmp_path, "000001")
    assert report.first_difference == ""
    assert (report.auctions, report.auctions_equal) == (2, 2)
    assert report.incoming == report.incoming_equal > 1_000


def dense(records: list[FeedRecord]) -> list[FeedRecord]:
    """Return orders, trades and cancels numbered without holes, as Shenzhen's channels are."""
    events = [one for one in records if one.kind in (KIND_ADD, KIND_DELETE, KIND_TRADE)]
    numbers = {one.sequence: at for at, one in enumerate(events, 1)}
    return [
        one._replace(
            sequence=numbers[one.sequence],
            order_id=numbers.get(one.order_id, 0),
            other_id=numbers.get(one.other_id, 0),
        )
        for one in events
    ]


def write_shenzhen_snapshots(folder: Path, snapshots: list[Snapshot]) -> None:
    """Write what the board published as a vendor's Shenzhen snapshots."""
    levels = range(1, 11)
    head = ["SecurityID", "MDTime", "TradingPhaseCode", "PreClosePx", "LastPx", "HighPx", "LowPx"]
    head += ["TotalVolumeTrade", "TotalBidQty", "TotalOfferQty"]
    for side in ("Buy", "Sell"):
        head += [f"{side}Price{at}" for at in levels] + [f"{side}OrderQty{at}" for at in levels]
        head += [f"{side}NumOrders{at}" for at in levels]
    with (folder / "000001_snapshots.csv").open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([head, *map(snapshot_row, snapshots)])


def snapshot_row(one: Snapshot) -> list[str]:
    """Return one row; the letters are the exchange's own."""
    phase = PHASE_LETTERS[PHASES[one.phase]]
    row = ["000001", stamp(one.time_ms), phase, yuan(one.previous_close)]
    row += [yuan(one.last), yuan(one.high), yuan(one.low)]
    row += [str(one.volume), str(one.bid_total), str(one.ask_total)]
    for side in (one.bids, one.asks):
        filled = [*side, *[(0, 0, 0)] * (10 - len(side))]
        row += [yuan(price) for price, _, _ in filled]
        row += [str(shares) for _, shares, _ in filled]
        row += [str(orders) for _, _, orders in filled]
    return row


PHASE_LETTERS = {
    Phase.OPENING_CALL: "O0",
    Phase.OPENING_LOCKED: "O0",
    Phase.GAP: "B0",
    Phase.CONTINUOUS: "T0",
    Phase.LUNCH: "B0",
    Phase.CLOSING_CALL: "C0",
    Phase.CLOSED: "E0",
}


def shenzhen_day(folder: Path) -> list[FeedRecord]:
    """Write a simulated Shenzhen channel as files with snapshots; return its records."""
    market = open_market(admission(), seed=5, only=frozenset({"000001.SZ"}))
    venue, board = market.venues["000001.SZ"], SnapshotBoard(market)
    snapshots = []
    for start, until in ((33_300_000, 35_400_000), (53_700_000, 54_003_000)):
        market.advance(start)
        board.open(start)
        while board.due_ms <= until:
            market.advance(board.due_ms)
            snapshots.append(snapshot_of(venue, board.due_ms))
            board.take()
    records = dense(records_of(venue))
    write_shenzhen_files(folder, records)
    write_shenzhen_snapshots(folder, snapshots)
    return records


def test_a_whole_shenzhen_channel_with_snapshots_is_proved(tmp_path: Path) -> None:
    records = shenzhen_day(tmp_path)
    report = verify_day(tmp_path, "000001.SZ")
    tally = report.tally
    assert report.is_proved, (report.faulty, tally.first_difference, report.losses)
    assert tally.compared > 400
    assert tally.auction_compared > 200
    assert prove_day(tmp_path).is_equal
    lost = next(at for at, one in enumerate(records) if at > 2_000 and one.kind == KIND_ADD)
    write_shenzhen_files(tmp_path, records[:lost] + records[lost + 1 :])
    report = verify_day(tmp_path, "000001.SZ")
    assert report.missing == (Missing(0, lost + 1, lost + 1),)
    assert not report.is_proved
    assert not prove_day(tmp_path).is_equal


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


@settings(max_examples=60, deadline=None)
@example(  # a fill-or-kill that cannot fill is published and withdrawn, it never entered
    [("limit", Side.BUY, 0, 1, 0)] * 4
    + [("limit", Side.SELL, 1, 1, 0), ("market", Side.BUY, 0, 2, 1)],
    Exchange.SZSE,
)
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
