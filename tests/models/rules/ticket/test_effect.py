"""What an order does to cash and shares, from its own numbers alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from models.market.instrument import Exchange, SecurityKind
from models.rules.ticket.effect import Effect, effect_of, instruction_use
from models.rules.ticket.tariff import Cost, CostBasis, Tariff
from models.trading.order import Order, OrderState, Side
from tests.support.trading import ACCOUNT, CLIENT, DAY, PING_AN, STAFF, ticket_rules

RULES = ticket_rules()
TARIFF = Tariff(RULES.market, RULES.settings, DAY)
_S = OrderState


def basis(
    side: Side, kind: SecurityKind = SecurityKind.STOCK, rate_units: int = 2_500
) -> CostBasis:
    return CostBasis(Exchange.SZSE, kind, side, rate_units)


def order(side: Side = Side.BUY, state: OrderState = _S.WORKING, **more: int) -> Order:
    plain = Order("O1", CLIENT, ACCOUNT, PING_AN, side, 1_000, 150_000, "I1", STAFF, "now", state)
    return replace(plain, **more)


@pytest.mark.parametrize(
    ("side", "kind", "amount_cents", "cost"),
    [
        (Side.BUY, SecurityKind.STOCK, 1_500_000, Cost(1_500_000, 500, 15)),
        (Side.SELL, SecurityKind.STOCK, 1_500_000, Cost(1_500_000, 500, 1_515)),  # 1 permille then
        (Side.BUY, SecurityKind.STOCK, 10_000_000, Cost(10_000_000, 2_500, 100)),
        (Side.BUY, SecurityKind.ETF, 10_000_000, Cost(10_000_000, 2_500, 0)),
        (Side.BUY, SecurityKind.STOCK, 0, Cost(0, 0, 0)),
    ],
)
def test_cost_follows_the_rules_of_the_day(
    side: Side, kind: SecurityKind, amount_cents: int, cost: Cost
) -> None:
    assert TARIFF.cost(basis(side, kind), amount_cents) == cost


def test_working_buy_reserves_its_whole_cost() -> None:
    effect = effect_of(order(), basis(Side.BUY), TARIFF)
    assert effect == Effect(0, 1_500_515, 0, 0, 0, 1_000)


def test_partly_filled_buy_pays_the_floor_once() -> None:
    part = order(state=_S.PARTLY_FILLED, filled=400, filled_units=400 * 149_900)
    effect = effect_of(part, basis(Side.BUY), TARIFF)
    assert effect.cash_cents == -(599_600 + 500 + 6)
    assert effect.cash_cents - effect.frozen_cents == -(599_600 + 900_000 + 500 + 15)


def test_finished_order_reserves_nothing() -> None:
    over = order(state=_S.PARTLY_CANCELLED, filled=400, filled_units=400 * 150_000, cancelled=600)
    effect = effect_of(over, basis(Side.BUY), TARIFF)
    assert (effect.frozen_cents, effect.bought) == (0, 400)


def test_sell_freezes_shares_and_takes_them() -> None:
    part = order(Side.SELL, _S.PARTLY_FILLED, filled=400, filled_units=400 * 150_000)
    effect = effect_of(part, basis(Side.SELL), TARIFF)
    assert (effect.shares, effect.sellable, effect.frozen_shares) == (-400, -400, 600)
    assert effect.frozen_cents == 0


def test_sale_below_its_charges_reserves_the_difference() -> None:
    tiny = replace(order(Side.SELL), quantity=1, price_units=10_000)
    assert effect_of(tiny, basis(Side.SELL), TARIFF).frozen_cents == 400


def test_bought_stock_waits_a_day_and_a_convertible_does_not() -> None:
    full = order(state=_S.FILLED, filled=1_000, filled_units=150_000_000)
    assert effect_of(full, basis(Side.BUY), TARIFF).sellable == 0
    convertible = basis(Side.BUY, SecurityKind.CONVERTIBLE)
    assert effect_of(full, convertible, TARIFF).sellable == 1_000


@pytest.mark.parametrize(
    ("state", "filled", "cancelled", "used"),
    [
        (_S.UNKNOWN, 0, 0, 1_000),
        (_S.CANCELLING, 300, 0, 1_000),
        (_S.PARTLY_CANCELLED, 300, 700, 300),
        (_S.REFUSED, 0, 0, 0),
        (_S.REJECTED, 0, 0, 0),
        (_S.FILLED, 1_000, 0, 1_000),
    ],
)
def test_instruction_is_used_by_what_traded_or_may_trade(
    state: OrderState, filled: int, cancelled: int, used: int
) -> None:
    assert instruction_use(order(state=state, filled=filled, cancelled=cancelled)) == used


@given(
    quantity=st.integers(1, 100_000),
    price=st.integers(100, 30_000_000),
    rate=st.integers(0, 30_000),
    parts=st.lists(st.tuples(st.integers(1, 5_000), st.integers(0, 100)), max_size=8),
)
def test_reservation_always_covers_what_fills_take(
    quantity: int, price: int, rate: int, parts: list[tuple[int, int]]
) -> None:
    """However a buy is filled at or below its limit, paid and frozen never exceed the first
    reservation: so cash that was free stays free."""
    told = replace(order(), quantity=quantity, price_units=price)
    terms = basis(Side.BUY, rate_units=rate)
    first = effect_of(told, terms, TARIFF).frozen_cents
    for size, better in parts:
        taken = min(size, told.left)
        paid = max(1, price - better)
        told = replace(
            told,
            state=_S.PARTLY_FILLED if taken < told.left else _S.FILLED,
            filled=told.filled + taken,
            filled_units=told.filled_units + taken * paid,
        )
        effect = effect_of(told, terms, TARIFF)
        assert -effect.cash_cents + effect.frozen_cents <= first
        if told.state is _S.FILLED:
            break
