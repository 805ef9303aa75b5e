"""What must hold for every number a rule may be given."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from models.market.instrument import Board, Exchange, SecurityKind
from models.rules.basis.settings.trading import FeeSettings
from models.rules.instructions.program.slicing import cut
from models.rules.market.auction.call_auction import AuctionCase, AuctionOrder, auction
from models.rules.market.fees import TradedOrder, commission_due, fees
from models.rules.market.price_cage import price_cage
from models.rules.market.price_limit import SecurityFacts, price_band
from models.rules.market.quantity import lot_of
from models.rules.market.records.dated import Subject
from models.rules.messages.segments import segments
from models.rules.points.accrue import TierSpan, accrue
from models.rules.points.events import CommissionEvent, CorrectionEvent, ReversalEvent
from models.rules.products.annual_fee import marginal_fee
from models.trading.order import Side
from services.rules.loader import load_market_rules, load_profile

DAY = date(2026, 11, 20)
RULES = load_market_rules()
SETTINGS = load_profile(None).on(DAY)
CENT = Decimal("0.01")

boards = st.sampled_from([Board.MAIN, Board.CHINEXT, Board.STAR, Board.BSE])
cents = st.integers(1, 10_000_000).map(lambda n: n * CENT)
sides = st.sampled_from(Side)


@given(boards, cents)
def test_a_band_contains_its_reference_in_whole_ticks(board: Board, close: Decimal) -> None:
    band = price_band(RULES, SecurityFacts(board, prev_close=close), DAY)
    assert band.up is not None and band.down is not None
    assert band.down <= close <= band.up
    assert band.up % CENT == band.down % CENT == 0


@given(boards, cents)
def test_a_cage_contains_its_base_and_leaves_a_tick(board: Board, base: Decimal) -> None:
    cage = price_cage(RULES, board, base, DAY)
    assert cage.ceiling is not None and cage.floor is not None
    assert cage.floor + CENT <= base <= cage.ceiling - CENT


@given(st.sampled_from(SecurityKind), sides, st.lists(cents, max_size=8), cents)
def test_fee_lines_sum_and_the_commission_only_grows(
    kind: SecurityKind, side: Side, fills: list[Decimal], rate: Decimal
) -> None:
    bill = fees(RULES, SETTINGS.fees, TradedOrder(kind, side, rate, tuple(fills)), DAY)
    assert bill.total == bill.commission + bill.transfer + bill.stamp
    assert abs(bill.net_cash - bill.amount) == bill.total
    assert list(bill.commission_steps) == sorted(bill.commission_steps)
    assert (bill.commission_steps or (0,))[-1] == bill.commission


def test_no_fill_costs_nothing_whatever_the_floor() -> None:
    settings = FeeSettings(CENT, Decimal(5), Decimal(3))
    order = TradedOrder(SecurityKind.STOCK, Side.BUY, Decimal("0.8"), ())
    assert commission_due(settings, order, order.amount) == 0


@given(boards, st.integers(200, 10**7), st.integers(1, 200))
def test_slices_sum_and_each_but_the_odd_part_is_legal(board: Board, qty: int, wanted: int) -> None:
    lot = lot_of(RULES, Subject(board=board, kind=SecurityKind.STOCK), DAY)
    slices = cut(lot, qty, wanted)
    assert sum(slices) == qty
    assert 1 <= len(slices) <= wanted
    assert all(part >= lot.minimum and part % lot.step == 0 for part in slices[:-1])
    assert slices[-1] >= lot.minimum and slices[-1] % lot.step == qty % lot.step


amounts = st.integers(-(10**9), 10**9).map(lambda n: n * CENT)
tiers = st.sampled_from(sorted(SETTINGS.points.multiplier))


@given(tiers, st.lists(amounts, min_size=1, max_size=6), amounts, st.integers(0, 2))
def test_points_balance_and_reversals_leave_nothing(
    tier: object, charged: list[Decimal], corrected: Decimal, undone: int
) -> None:
    spans = (TierSpan(date.min, next(t for t in SETTINGS.points.multiplier if t == tier)),)
    events = [CommissionEvent("commission", f"c{n}", a) for n, a in enumerate(charged)]
    events_back = [ReversalEvent("reversal", f"r{n}", f"c{n}") for n in range(len(charged))]
    change = CorrectionEvent("correction", "k", "c0", corrected)
    undo = [ReversalEvent("reversal", f"u{n}", "k") for n in range(undone)]
    account = accrue(SETTINGS.points, spans, (*events, change, *undo, *events_back, *undo), DAY)
    assert account.balance == sum(entry.points or 0 for entry in account.entries) == 0
    assert account.spendable == 0


money = st.integers(0, 10**12).map(lambda n: n * CENT)


@given(money, money)
def test_the_annual_fee_never_falls_as_assets_grow(one: Decimal, other: Decimal) -> None:
    brackets = SETTINGS.products.D.brackets or ()
    low, high = sorted((one, other))
    assert marginal_fee(brackets, low) <= marginal_fee(brackets, high)


orders = st.lists(
    st.tuples(sides, st.integers(990, 1010), st.integers(1, 50)), min_size=1, max_size=12
)


@given(st.sampled_from(Exchange), orders, st.integers(985, 1015))
def test_an_auction_fills_all_better_orders_and_both_sides_alike(
    exchange: Exchange, told: list[tuple[Side, int, int]], close: int
) -> None:
    book = tuple(
        AuctionOrder(str(n), side, price * CENT, qty * 100)
        for n, (side, price, qty) in enumerate(told)
    )
    case = AuctionCase(exchange=exchange, session="open", orders=book, prev_close=close * CENT)
    result = auction(case, CENT)
    filled = dict.fromkeys(Side, 0)
    for order in book:
        done = result.fills.get(order.id, 0)
        filled[order.side] += done
        assert done + result.remaining.get(order.id, 0) == order.qty
        if result.price is not None:
            ahead = order.price - result.price
            better = ahead > 0 if order.side is Side.BUY else ahead < 0
            assert not better or done == order.qty
    assert filled[Side.BUY] == filled[Side.SELL] == result.volume


@given(st.text(max_size=400))
def test_message_parts_hold_every_unit(text: str) -> None:
    told = segments(text)
    assert sum(told.part_units) == told.units
    assert len(told.part_units) == told.parts
    room = {"gsm7": (160, 153), "ucs2": (70, 67)}[told.encoding]
    assert max(told.part_units) <= room[told.parts > 1]
