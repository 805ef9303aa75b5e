"""Columns of the order monitor and of the fills of one order."""

from models.money import amount_cents
from models.trading.order import Fill
from ui.pages.parts.order_rows import (
    OrderLine,
    attention_columns,
    reason_column,
    source_columns,
    state_column,
    time_column,
    value_column,
    what_columns,
    who_columns,
)
from widgets.basic.columns import Column
from widgets.paint.numbers import money_text, price_text, quantity_text


def monitor_columns() -> list[Column[OrderLine]]:
    """Columns of the monitor, what needs a person first."""
    return [
        *attention_columns(),
        time_column(),
        *who_columns(),
        *what_columns(),
        value_column(),
        state_column(),
        reason_column(),
        *source_columns(),
    ]


def fill_columns() -> list[Column[Fill]]:
    """Columns of the fills of one order."""
    return [
        Column("时间", lambda fill: fill.filled_at[11:19], "14:32:08"),
        Column("价格", lambda fill: price_text(fill.price_units), "1,845.76", is_number=True),
        Column("数量", lambda fill: quantity_text(fill.quantity), "1,000,000", is_number=True),
        Column(
            "金额",
            lambda fill: money_text(amount_cents(fill.price_units, fill.quantity)),
            "123,456,789.00",
            is_number=True,
        ),
        Column("成交编号", lambda fill: fill.fill_id, "", stretch=True),
    ]
