"""Which holdings stand under which fact just now, kept up as quotes and holdings move."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from models.market.instrument import Instrument
from models.market.picture import Quote
from services.desk.alerts.facts import MILLION, Fact, Levels, market_facts, share_fact
from services.desk.clients.prices import Prices
from services.desk.clients.roll import ClientRoll

CONCENTRATION = "concentration"
_PERMILLE = 1_000


@dataclass(frozen=True, slots=True)
class Place:
    """One client's holding of one security under one kind of fact."""

    client_id: str
    symbol: str
    kind: str


class Conditions:
    """Facts are judged anew only for securities whose quote or status changed.

    Without levels (``weigh_by``) no move and no share is worth an alert.
    """

    def __init__(self, roll: ClientRoll, prices: Prices) -> None:
        self._roll = roll
        self._prices = prices
        self._levels = Levels(move=None, share=None)
        self._members = -1
        self._stamp = -1
        self._holders: dict[str, tuple[str, ...]] = {}
        self._seen: dict[str, tuple[Quote | None, Instrument | None]] = {}
        self._facts: dict[str, dict[str, Fact]] = {}
        self._told: set[tuple[str, str]] = set()
        self._shares: dict[tuple[str, str], int] = {}

    def weigh_by(self, levels: Levels) -> None:
        """Judge everything anew where these are other levels than before."""
        if levels != self._levels:
            self._levels = levels
            self._seen.clear()
            self._stamp = -1

    def arising(self) -> Iterator[Place]:
        """Yield what holds now and was not yielded since the day began or the holders changed."""
        self._roll.revalue()
        self._find_holders()
        for symbol, clients in self._holders.items():
            for kind in self._judge(symbol):
                if (symbol, kind) not in self._told:
                    self._told.add((symbol, kind))
                    yield from (Place(client_id, symbol, kind) for client_id in clients)
        self._find_shares()
        yield from (Place(client, symbol, CONCENTRATION) for client, symbol in self._shares)

    def fact(self, place: Place) -> Fact | None:
        """Return the fact as it stands now; None when it no longer holds."""
        if place.kind == CONCENTRATION:
            share = self._shares.get((place.client_id, place.symbol))
            return None if share is None else share_fact(share)
        return self._facts.get(place.symbol, {}).get(place.kind)

    def holders(self, symbol: str) -> tuple[str, ...]:
        """Return the ids of the clients who hold a security."""
        self._find_holders()
        return self._holders.get(symbol, ())

    def forget_told(self) -> None:
        """A new day begins."""
        self._told.clear()

    def _judge(self, symbol: str) -> dict[str, Fact]:
        quote, instrument = self._prices.quote(symbol), self._prices.instrument(symbol)
        before = self._seen.get(symbol)
        if before is None or before[0] is not quote or before[1] is not instrument:
            self._seen[symbol] = (quote, instrument)
            facts = market_facts(quote, instrument, self._levels)
            self._facts[symbol] = {fact.kind: fact for fact in facts}
        return self._facts[symbol]

    def _find_holders(self) -> None:
        if self._members == self._roll.members:
            return
        self._members = self._roll.members
        self._told.clear()
        found: defaultdict[str, list[str]] = defaultdict(list)
        for entry in self._roll.entries:
            for held in entry.holdings:
                found[held.symbol].append(entry.client_id)
        self._holders = {symbol: tuple(ids) for symbol, ids in found.items()}

    def _find_shares(self) -> None:
        if self._stamp == self._roll.stamp:
            return
        self._stamp = self._roll.stamp
        level, self._shares = self._levels.share, {}
        if level is not None and self._roll.entries:
            self._shares = dict(self._concentrated(level))

    def _concentrated(self, level: int) -> Iterator[tuple[tuple[str, str], int]]:
        valuation, entries = self._roll.valuation, self._roll.entries
        assets = valuation.worth.assets_cents[valuation.line_client]
        value = np.where(valuation.line_quantity > 0, valuation.line_value, 0)
        # A coarse look at all lines in permille (millionths overflow), then exactly at the few.
        permille = np.where(assets > 0, value * _PERMILLE // np.maximum(assets, 1), 0)
        near = np.flatnonzero((permille + 1) * _PERMILLE > level)
        for line in near.tolist():
            share = int(value[line]) * MILLION // max(int(assets[line]), 1)
            if assets[line] > 0 and share >= level:
                client_id = entries[valuation.line_client[line]].client_id
                yield (client_id, valuation.symbols[valuation.line_symbol[line]]), share
