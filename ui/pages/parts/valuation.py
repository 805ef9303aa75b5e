"""A client's holdings at the newest prices: what the service said, moved by what moved since."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from models.clients.profile import ClientProfile, HoldingLine
from models.market.picture import Quote
from models.money import amount_cents

PERMILLE = 1_000
BASIS_POINTS = 10_000


@dataclass(frozen=True, slots=True)
class Valuation:
    """Holdings and totals in cents; ``day_change_bp`` in hundredths of a percent."""

    holdings: tuple[HoldingLine, ...]
    assets_cents: int
    holdings_cents: int
    profit_cents: int
    day_change_cents: int
    day_change_bp: int


def revalue(profile: ClientProfile, quote_of: Callable[[str], Quote | None]) -> Valuation:
    """Return the profile's holdings at the prices of ``quote_of``; unpriced ones stay as told."""
    lines = [_repriced(line, quote_of(line.symbol)) for line in profile.holdings]
    moved = sum(line.value_cents for line in lines) - sum(
        line.value_cents for line in profile.holdings
    )
    assets = profile.card.assets_cents + moved
    day = profile.card.day_change_cents + moved
    return Valuation(
        holdings=tuple(_shared(line, assets) for line in lines),
        assets_cents=assets,
        holdings_cents=sum(line.value_cents for line in lines),
        profit_cents=sum(line.profit_cents for line in lines),
        day_change_cents=day,
        day_change_bp=_ratio(day, assets - day, BASIS_POINTS),
    )


def _repriced(line: HoldingLine, quote: Quote | None) -> HoldingLine:
    if quote is None or not quote.last_units or quote.last_units == line.last_units:
        return line
    value = amount_cents(quote.last_units, line.quantity)
    moved = value - line.value_cents
    return replace(
        line,
        last_units=quote.last_units,
        value_cents=value,
        profit_cents=line.profit_cents + moved,
        day_change_cents=line.day_change_cents + _day_moved(line, quote, moved),
    )


def _day_moved(line: HoldingLine, quote: Quote, moved: int) -> int:
    if line.last_units:
        return moved
    # Not priced before: the value told was the cost, so the day counts from the previous close.
    return amount_cents(quote.last_units - quote.previous_close_units, line.quantity)


def _shared(line: HoldingLine, assets_cents: int) -> HoldingLine:
    return replace(line, share_permille=_ratio(line.value_cents, assets_cents, PERMILLE))


def _ratio(part: int, whole: int, scale: int) -> int:
    if whole <= 0:
        return 0
    size = (2 * abs(part) * scale + whole) // (2 * whole)
    return size if part >= 0 else -size
