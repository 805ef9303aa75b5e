"""Numbers of a ticket as a person reads them."""

from decimal import Decimal

from models.market.instrument import Phase
from models.money import yuan_of_cents, yuan_of_price
from models.trading.order import Side

SIDE_WORDS = {Side.BUY: "买入", Side.SELL: "卖出"}
PHASE_WORDS = {
    Phase.CLOSED: "闭市",
    Phase.OPENING_CALL: "开盘集合竞价",
    Phase.OPENING_LOCKED: "开盘集合竞价(不可撤单)",
    Phase.GAP: "集合竞价后静默",
    Phase.CONTINUOUS: "连续竞价",
    Phase.LUNCH: "午间休市",
    Phase.CLOSING_CALL: "收盘集合竞价",
    Phase.BREAK: "收盘后间歇",
    Phase.AFTER_HOURS: "盘后固定价格",
}
FIELD_WORDS = {
    "client": "客户",
    "account": "账户",
    "security": "证券",
    "side": "方向",
    "price": "价格",
}


def money(amount_cents: int) -> str:
    """Return cents as yuan with separators."""
    return f"{yuan_of_cents(amount_cents):,.2f} 元"


def price(value: Decimal | None) -> str:
    """Return a price in CNY, at least two decimals; "—" = none."""
    if value is None:
        return "—"
    trimmed = value.normalize()
    exponent = trimmed.as_tuple().exponent
    decimals = max(2, -exponent if isinstance(exponent, int) else 2)
    return f"{value:.{decimals}f}"


def price_of_units(units: int) -> str:
    """Return a price in price units the same way."""
    return price(yuan_of_price(units))


def shares(quantity: int) -> str:
    """Return shares with separators."""
    return f"{quantity:,} 股"
