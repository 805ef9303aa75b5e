"""The exchange's own largest orders are dated market rules, whatever a firm sets (§ 2.6)."""

from datetime import date

import pytest

from models.market.instrument import Board, SecurityKind
from models.rules.basis.settings.words import OrderType
from models.rules.market.quantity import SizedOrder, check_size, largest_taken
from models.trading.order import Side
from services.rules.loader import load_market_rules

RULES, DAY = load_market_rules(), date(2023, 2, 1)
STOCK = SecurityKind.STOCK
LIMIT, MARKET, AFTER = OrderType.LIMIT, OrderType.MARKET, OrderType.AFTER_HOURS


@pytest.mark.parametrize(
    ("board", "kind", "order_type", "largest"),
    [
        (Board.MAIN, STOCK, LIMIT, 1_000_000),
        (Board.MAIN, STOCK, MARKET, 1_000_000),
        (Board.CHINEXT, STOCK, LIMIT, 300_000),
        (Board.CHINEXT, STOCK, MARKET, 150_000),
        (Board.STAR, STOCK, LIMIT, 100_000),
        (Board.STAR, STOCK, MARKET, 50_000),
        (Board.STAR, STOCK, AFTER, 1_000_000),
        (Board.BSE, STOCK, LIMIT, 1_000_000),
        (Board.MAIN, SecurityKind.ETF, LIMIT, 1_000_000),
        (Board.MAIN, SecurityKind.CONVERTIBLE, LIMIT, None),
        (Board.UNKNOWN, STOCK, LIMIT, None),
    ],
)
def test_largest_order_of_a_board(
    board: Board, kind: SecurityKind, order_type: OrderType, largest: int | None
) -> None:
    order = SizedOrder(Side.BUY, 100, board, kind, order_type=order_type)
    assert largest_taken(RULES, order, DAY) == largest


def test_what_no_record_speaks_of_is_not_taken() -> None:
    order = SizedOrder(Side.BUY, 10, kind=SecurityKind.CONVERTIBLE)
    most = largest_taken(RULES, order, DAY)
    assert check_size(RULES, most, order, DAY).reason == "MAX_QUANTITY_NOT_CONFIGURED"
    bse = SizedOrder(Side.BUY, 100, Board.BSE)
    assert largest_taken(RULES, bse, date(2021, 11, 12)) is None
