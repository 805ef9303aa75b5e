"""The filters of the order monitor: one predicate each, so that counts equal the rows."""

from collections.abc import Callable

from models.clients.tier import Tier
from models.trading.order import OrderState
from ui.pages.parts.order_rows import TROUBLED, OrderLine

ALL = "all"
HIGH_TIERS = frozenset({Tier.GOLD, Tier.PLATINUM})

FILTERS: dict[str, tuple[str, Callable[[OrderLine], bool]]] = {
    ALL: ("全部", lambda _line: True),
    "attention": ("需处理", lambda line: bool(line.next_step)),
    "open": ("未完成", lambda line: line.is_open),
    "filled": ("已成", lambda line: line.order.state is OrderState.FILLED),
    "trouble": ("废单/拒绝", lambda line: line.order.state in TROUBLED),
    "high": ("白金/金卡", lambda line: line.tier in HIGH_TIERS),
}


def passing(lines: tuple[OrderLine, ...], key: str) -> tuple[OrderLine, ...]:
    """Return the lines that a filter shows."""
    keep = FILTERS[key][1]
    return tuple(line for line in lines if keep(line))
