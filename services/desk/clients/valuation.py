"""Values all clients at once: whole-number arrays, one line a holding, summed by client."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.market.picture import Quote
from models.money import PRICE_UNITS_PER_CENT
from services.desk.clients.prices import Prices, price_of
from services.desk.storage.queries.entries import ClientEntry, HeldSecurity

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
_HALF = PRICE_UNITS_PER_CENT // 2
_SPARE_LINES = 64


@dataclass(frozen=True, slots=True)
class Worth:
    """Of every client, in the order of the entries: cents, and whether every price is known."""

    assets_cents: Whole
    day_change_cents: Whole
    live: Flags


class Valuation:
    """Live worth of a fixed list of clients, whose cash and holdings may change one by one.

    ``line_client``, ``line_symbol``, ``line_value`` tell of every line whose client it is, which of
    ``symbols`` it holds and its value in cents; an unused line is worth nothing.
    """

    def __init__(self, entries: Sequence[ClientEntry]) -> None:
        lines = [(row, held) for row, entry in enumerate(entries) for held in entry.holdings]
        self.symbols = sorted({held.symbol for _, held in lines})
        self._place = {symbol: index for index, symbol in enumerate(self.symbols)}
        self.line_client = _whole([row for row, _ in lines])
        self.line_symbol = _whole([self._place[held.symbol] for _, held in lines])
        self.line_quantity = _whole([held.quantity for _, held in lines])
        self._cost = _whole([held.cost_cents for _, held in lines])
        self._cash = _whole([entry.cash_cents for entry in entries])
        self._lines_of: list[list[int]] = [[] for _ in entries]
        for line, (row, _) in enumerate(lines):
            self._lines_of[row].append(line)
        self._free: list[int] = []
        self._quotes: list[Quote | None] = [None] * len(self.symbols)
        self._price, self._previous = (np.zeros(len(self.symbols), np.int64) for _ in range(2))
        self._revalue()

    def change(self, row: int, entry: ClientEntry) -> None:
        """Take a client's new cash and holdings; seen after the next ``take``."""
        for line in self._lines_of[row]:
            self.line_quantity[line] = self._cost[line] = 0
        self._free += self._lines_of[row]
        self._cash[row] = entry.cash_cents
        self._lines_of[row] = [self._add_line(row, held) for held in entry.holdings]
        self._stale = True

    def take(self, prices: Prices) -> bool:
        """Revalue at the newest quotes; return whether anything is worth something else."""
        renewed = [self._renew(i, prices.quote(symbol)) for i, symbol in enumerate(self.symbols)]
        changed = self._stale or any(renewed)
        if changed:
            self._revalue()
        return changed

    def _add_line(self, row: int, held: HeldSecurity) -> int:
        if not self._free:
            self._grow()
        line = self._free.pop()
        self.line_client[line] = row
        self.line_symbol[line] = self._place_of(held.symbol)
        self.line_quantity[line] = held.quantity
        self._cost[line] = held.cost_cents
        return line

    def _place_of(self, symbol: str) -> int:
        if symbol not in self._place:
            self._place[symbol] = len(self.symbols)
            self.symbols.append(symbol)
            self._quotes.append(None)
            self._price = np.append(self._price, 0)
            self._previous = np.append(self._previous, 0)
        return self._place[symbol]

    def _grow(self) -> None:
        before = len(self.line_client)
        spare = np.zeros(max(_SPARE_LINES, before // 8), np.int64)
        self.line_client = np.concatenate((self.line_client, spare))
        self.line_symbol = np.concatenate((self.line_symbol, spare))
        self.line_quantity = np.concatenate((self.line_quantity, spare))
        self._cost = np.concatenate((self._cost, spare))
        self._free = list(range(before, before + len(spare)))

    def _renew(self, place: int, quote: Quote | None) -> bool:
        if quote is self._quotes[place]:
            return False
        self._quotes[place] = quote
        price = price_of(quote) if quote else 0
        previous = quote.previous_close_units if quote else 0
        same = price == self._price[place] and previous == self._previous[place]
        self._price[place], self._previous[place] = price, previous
        return not same

    def _revalue(self) -> None:
        self._stale = False
        price, held = self._price[self.line_symbol], self.line_quantity
        known = price > 0
        at_price = (held * price + _HALF) // PRICE_UNITS_PER_CENT
        self.line_value: Whole = np.where(known, at_price, self._cost)
        move = np.where(known, price - self._previous[self.line_symbol], 0)
        self.worth = self._sum(_cents_half_up(held * move), ~known & (held != 0))

    def _sum(self, line_change: Whole, line_unpriced: Flags) -> Worth:
        holdings, change, unpriced = (np.zeros(len(self._cash), np.int64) for _ in range(3))
        np.add.at(holdings, self.line_client, self.line_value)
        np.add.at(change, self.line_client, line_change)
        np.add.at(unpriced, self.line_client, line_unpriced)
        return Worth(self._cash + holdings, change, unpriced == 0)


def _cents_half_up(units: Whole) -> Whole:
    sign: Whole = np.sign(units)
    rounded: Whole = sign * ((np.abs(units) + _HALF) // PRICE_UNITS_PER_CENT)
    return rounded


def _whole(values: list[int]) -> Whole:
    return np.array(values, dtype=np.int64)
