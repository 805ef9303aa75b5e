"""Columns of a holdings table at live prices."""

from collections.abc import Callable

from models.clients.profile import HoldingLine
from models.money import CENTS_PER_YUAN, PRICE_UNITS_PER_CENT
from ui.pages.parts.securities import code_of, decimals_of
from ui.ports import MarketWatch
from widgets.basic.columns import Column
from widgets.basic.labels import change_tone
from widgets.paint.numbers import (
    grouped,
    money_change_text,
    percent_text,
    price_text,
    quantity_text,
    share_text,
)

BASIS_POINTS = 10_000


def profit_bp(line: HoldingLine) -> int:
    """Return the profit on the cost in hundredths of a percent; 0 without a cost."""
    if line.cost_cents <= 0:
        return 0
    return line.profit_cents * BASIS_POINTS // line.cost_cents


def unit_cost(line: HoldingLine) -> int:
    """Return the cost of one share in price units; 0 for an empty position."""
    return line.cost_cents * PRICE_UNITS_PER_CENT // line.quantity if line.quantity else 0


def holding_columns(market: MarketWatch) -> list[Column[HoldingLine]]:
    """Columns of the holdings table."""

    def priced(line: HoldingLine, units: int) -> str:
        return price_text(units, decimals_of(market.instrument(line.symbol)))

    return [
        Column("代码", lambda line: code_of(line.symbol), "600519"),
        Column("名称", lambda line: line.name, "贵州茅台", tip=lambda line: line.name),
        _count("持仓", lambda line: line.quantity),
        _count("可卖", lambda line: line.sellable),
        _priced("成本", unit_cost, priced),
        _last(priced),
        _number("市值", _value_text, lambda x: x.value_cents, "123,456,789"),
        _money("浮动盈亏", lambda line: line.profit_cents),
        _percent("盈亏比", profit_bp),
        _money("当日盈亏", lambda line: line.day_change_cents),
        _number("占比", _share_text, lambda x: x.share_permille, "100.0%"),
    ]


def ticket_holding_columns(market: MarketWatch) -> list[Column[HoldingLine]]:
    """Columns of the narrower holdings table beside a ticket."""
    left_out = ("市值", "占比", "当日盈亏")
    return [column for column in holding_columns(market) if column.title not in left_out]


def _number(
    title: str,
    text: Callable[[HoldingLine], str],
    value: Callable[[HoldingLine], object],
    widest: str,
) -> Column[HoldingLine]:
    return Column(title, text, widest, value=value, is_number=True)


def _count(title: str, value: Callable[[HoldingLine], int]) -> Column[HoldingLine]:
    return _number(title, lambda line: quantity_text(value(line)), value, "1,234,567")


def _priced(
    title: str,
    value: Callable[[HoldingLine], int],
    priced: Callable[[HoldingLine, int], str],
) -> Column[HoldingLine]:
    return _number(title, lambda line: priced(line, value(line)), value, "1,845.76")


def _value_text(line: HoldingLine) -> str:
    return grouped(line.value_cents, CENTS_PER_YUAN, 0)


def _share_text(line: HoldingLine) -> str:
    return share_text(line.share_permille)


def _last(priced: Callable[[HoldingLine, int], str]) -> Column[HoldingLine]:
    return Column(
        "现价",
        lambda line: priced(line, line.last_units),
        "1,845.76",
        value=lambda line: line.last_units,
        tone=lambda line: _price_tone(line),
        is_number=True,
    )


def _price_tone(line: HoldingLine) -> str:
    if not line.last_units or not line.previous_close_units:
        return "muted"
    return change_tone(line.last_units - line.previous_close_units)


def _money(title: str, value: Callable[[HoldingLine], int]) -> Column[HoldingLine]:
    return Column(
        title,
        lambda line: money_change_text(value(line)),
        "+12,345,678",
        value=value,
        tone=lambda line: change_tone(value(line)),
        is_number=True,
    )


def _percent(title: str, value: Callable[[HoldingLine], int]) -> Column[HoldingLine]:
    return Column(
        title,
        lambda line: percent_text(value(line)),
        "+123.45%",
        value=value,
        tone=lambda line: change_tone(value(line)),
        is_number=True,
    )
