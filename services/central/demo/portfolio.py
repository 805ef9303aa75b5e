"""What a demo client holds: real codes, whole lots, costs around the previous closes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from models.market.instrument import Board, SecurityKind
from models.money import amount_cents
from services.catalogue.securities import ListedSecurity

MOUTAI = "600519.SH"
_LOT = 100
_STAR_LEAST = 200
# How much likelier than others the widely held ones are.
_POPULAR = {
    "600036.SH": 9,
    "300059.SZ": 8,
    "601318.SH": 8,
    "000001.SZ": 7,
    "600030.SH": 6,
    "601899.SH": 6,
    "000858.SZ": 6,
    "601012.SH": 5,
    "510300.SH": 5,
    "000725.SZ": 5,
    "002594.SZ": 4,
    "300750.SZ": 4,
    "600900.SH": 4,
}
_RARELY_HELD = {MOUTAI: 0}  # dealt out on purpose


@dataclass(frozen=True, slots=True)
class Position:
    """One holding: shares, cost and value in cents."""

    security: ListedSecurity
    quantity: int
    sellable: int
    cost_cents: int

    @property
    def value_cents(self) -> int:
        """Worth at the previous close."""
        return amount_cents(self.security.previous_close_units, self.quantity)


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Positions and cash of one account."""

    positions: tuple[Position, ...]
    cash_cents: int

    @property
    def assets_cents(self) -> int:
        """All of it at previous closes."""
        return self.cash_cents + sum(position.value_cents for position in self.positions)


def draw_portfolio(
    rng: Random, securities: Sequence[ListedSecurity], target_cents: int, lines: int
) -> Portfolio:
    """Spread about ``target_cents`` over ``lines`` securities; what is left stays cash."""
    invest_cents = target_cents * rng.randint(55, 95) // 100
    weights = [_weight(security) for security in securities]
    chosen: dict[str, Position] = {}
    for share in _shares(rng, lines):
        security = rng.choices(securities, weights)[0]
        position = _buy(rng, security, invest_cents * share // 1_000)
        if position is not None and security.symbol not in chosen:
            chosen[security.symbol] = position
    spent = sum(position.value_cents for position in chosen.values())
    return Portfolio(tuple(chosen.values()), max(target_cents - spent, 0))


def with_moutai(portfolio: Portfolio, moutai: ListedSecurity, lots: int) -> Portfolio:
    """Return the portfolio with ``lots`` of 600519 bought long ago in place of other holdings."""
    position = _position(moutai, lots * _LOT, moutai.previous_close_units * 93 // 100)
    kept = list(portfolio.positions)
    cash = portfolio.cash_cents - position.value_cents
    while cash < 0 and kept:
        cash += kept.pop().value_cents
    return replace(portfolio, positions=(position, *kept), cash_cents=max(cash, 0))


def _buy(rng: Random, security: ListedSecurity, budget_cents: int) -> Position | None:
    lots = budget_cents // max(amount_cents(security.previous_close_units, _LOT), 1)
    quantity = lots * _LOT
    if quantity < (_STAR_LEAST if security.board is Board.STAR else _LOT):
        return None
    if security.kind is SecurityKind.STOCK and rng.randrange(12) == 0:
        quantity += rng.choice((20, 30, 50, 60))  # odd shares from bonus issues
    return _position(
        security, quantity, security.previous_close_units * rng.randint(72, 131) // 100
    )


def _position(security: ListedSecurity, quantity: int, cost_units: int) -> Position:
    return Position(security, quantity, quantity, amount_cents(cost_units, quantity))


def _weight(security: ListedSecurity) -> int:
    return _RARELY_HELD.get(security.symbol, _POPULAR.get(security.symbol, 1))


def _shares(rng: Random, lines: int) -> list[int]:
    """Permille shares of ``lines`` parts, of unequal size."""
    parts = [rng.randint(20, 100) for _ in range(lines)]
    return [1_000 * part // sum(parts) for part in parts]
