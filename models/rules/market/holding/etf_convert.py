"""What may be done on the same day with ETF units and their stocks (market-rules § 2.7)."""

from enum import StrEnum

from models.rules.decision import Decision

_SOURCE = "§ 2.7 ETF creation and redemption"


class Source(StrEnum):
    """How units or stocks came in today (domestic equity ETF)."""

    UNITS_BOUGHT = "units_bought"
    UNITS_CREATED = "units_created"
    STOCKS_REDEEMED = "stocks_redeemed"
    STOCKS_BOUGHT = "stocks_bought"


class ConvertAction(StrEnum):
    """What is to be done with them."""

    SELL = "sell"
    REDEEM = "redeem"
    CREATE = "create"


_SAME_DAY = {
    Source.UNITS_BOUGHT: ConvertAction.REDEEM,
    Source.UNITS_CREATED: ConvertAction.SELL,
    Source.STOCKS_REDEEMED: ConvertAction.SELL,
    Source.STOCKS_BOUGHT: ConvertAction.CREATE,
}


def check_convert(
    source: Source | None, action: ConvertAction, qty: int | None, unit: int | None
) -> Decision:
    """Tell whether it may be done today; ``source`` None = held before, ``qty`` in units."""
    if source is not None and _SAME_DAY[source] is not action:
        return Decision("SAME_DAY_NOT_ALLOWED", source=_SOURCE)
    if action is not ConvertAction.SELL and not _is_whole(qty, unit):
        return Decision("CREATION_UNIT", {"unit": unit}, _SOURCE)
    return Decision(source=_SOURCE)


def _is_whole(qty: int | None, unit: int | None) -> bool:
    if qty is None or unit is None:
        return True
    return qty > 0 and qty % unit == 0
