"""Values all clients at once: whole-number arrays, one line a holding, grouped by client."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.market.picture import Quote
from models.money import PRICE_UNITS_PER_CENT
from services.clients.prices import Prices, price_of
from services.storage.queries.entries import ClientEntry

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
_HALF = PRICE_UNITS_PER_CENT // 2


@dataclass(frozen=True, slots=True)
class Worth:
    """Of every client, in the order of the entries: cents, and whether every price is known."""

    assets_cents: Whole
    day_change_cents: Whole
    live: Flags


class Valuation:
    """Live worth of a fixed list of clients; made anew when a client's cash or holdings changed."""

    def __init__(self, entries: Sequence[ClientEntry]) -> None:
        lines = [(row, held) for row, entry in enumerate(entries) for held in entry.holdings]
        self.symbols = tuple(sorted({held.symbol for _, held in lines}))
        place = {symbol: index for index, symbol in enumerate(self.symbols)}
        self._clients = len(entries)
        self.line_client = _whole([row for row, _ in lines])
        self.line_symbol = _whole([place[held.symbol] for _, held in lines])
        self._quantity = _whole([held.quantity for _, held in lines])
        self._cost = _whole([held.cost_cents for _, held in lines])
        self._cash = _whole([entry.cash_cents for entry in entries])
        self._quotes: list[Quote | None] = [None] * len(self.symbols)
        self._price = np.zeros(len(self.symbols), np.int64)
        self._previous = np.zeros(len(self.symbols), np.int64)
        self._priced = np.zeros(len(self.symbols), np.bool_)
        self.line_value = self._cost.copy()
        self.worth = self._sum(np.zeros(len(lines), np.int64))

    def take(self, prices: Prices) -> tuple[str, ...]:
        """Revalue at the newest quotes; return the securities whose quote changed."""
        changed = [i for i, symbol in enumerate(self.symbols) if self._renew(i, prices, symbol)]
        if changed:
            self._revalue()
        return tuple(self.symbols[i] for i in changed)

    def _renew(self, index: int, prices: Prices, symbol: str) -> bool:
        quote = prices.quote(symbol)
        if quote is self._quotes[index] or quote == self._quotes[index]:
            return False
        self._quotes[index] = quote
        self._price[index] = price_of(quote) if quote else 0
        self._previous[index] = quote.previous_close_units if quote else 0
        self._priced[index] = quote is not None and self._price[index] > 0
        return True

    def _revalue(self) -> None:
        known = self._priced[self.line_symbol]
        price = self._price[self.line_symbol]
        at_price = (self._quantity * price + _HALF) // PRICE_UNITS_PER_CENT
        self.line_value = np.where(known, at_price, self._cost)
        move = np.where(known, price - self._previous[self.line_symbol], 0)
        self.worth = self._sum(_cents_half_up(self._quantity * move))

    def _sum(self, line_change: Whole) -> Worth:
        holdings = np.zeros(self._clients, np.int64)
        change = np.zeros(self._clients, np.int64)
        unpriced = np.zeros(self._clients, np.int64)
        np.add.at(holdings, self.line_client, self.line_value)
        np.add.at(change, self.line_client, line_change)
        np.add.at(unpriced, self.line_client, ~self._priced[self.line_symbol])
        return Worth(self._cash + holdings, change, unpriced == 0)


def _cents_half_up(units: Whole) -> Whole:
    sign: Whole = np.sign(units)
    rounded: Whole = sign * ((np.abs(units) + _HALF) // PRICE_UNITS_PER_CENT)
    return rounded


def _whole(values: list[int]) -> Whole:
    return np.array(values, dtype=np.int64)
