"""The manager's clients in memory, kept in step with the store; read by directory and alerts."""

from collections.abc import Mapping

import numpy as np

from models.clients.tier import TIERS, Tier
from models.status import ChangeSet
from services.desk.clients.prices import Prices
from services.desk.clients.valuation import Valuation, Whole
from services.desk.storage.queries.entries import ClientEntry, HeldSecurity, read_entries
from services.desk.storage.store import LocalStore

_RANK = {tier: rank for rank, tier in enumerate(TIERS)}


class ClientRoll:
    """Clients by row, with live worth and their place in the list.

    ``stamp`` rises whenever a row or its worth changed, ``members`` when a row did. ``place`` is a
    row's place in the order of the list: platinum first, then by assets.
    """

    def __init__(self, store: LocalStore, prices: Prices) -> None:
        self._store = store
        self._prices = prices
        self._seen_revision: int | None = None
        self.stamp = self.members = 0
        self._take(_Lists({}))

    async def load(self) -> None:
        """Read all clients; first thing after opening the store, and after a resync."""
        self._take(await self._store.read(lambda connection: _Lists(read_entries(connection))))

    async def refresh(self, change: ChangeSet) -> None:
        """Read again what changed; a client that is gone leaves the list."""
        if change.whole:
            await self.load()
        elif change.clients:
            await self._refresh(change.clients)

    def revalue(self) -> None:
        """Take the newest prices, once a revision."""
        revision = self._prices.revision()
        if revision != self._seen_revision:
            self._seen_revision = revision
            self._value()

    def entry(self, client_id: str) -> ClientEntry | None:
        """One client."""
        row = self.rows.get(client_id)
        return None if row is None else self.entries[row]

    def held(self, client_id: str, symbol: str) -> HeldSecurity | None:
        """What a client holds of a security; None = nothing."""
        entry = self.entry(client_id)
        if entry is None:
            return None
        return next((held for held in entry.holdings if held.symbol == symbol), None)

    async def _refresh(self, client_ids: frozenset[str]) -> None:
        found = await self._store.read(lambda connection: read_entries(connection, client_ids))
        gone, new = client_ids - found.keys(), found.keys() - self.rows.keys()
        if new or gone & self.rows.keys():
            kept = {e.client_id: e for e in self.entries if e.client_id not in gone}
            self._take(_Lists(kept | found))
            return
        changed = [entry for name, entry in found.items() if self.entry(name) != entry]
        for entry in changed:
            self._change(self.rows[entry.client_id], entry)
        if changed:
            self._value()

    def _take(self, lists: "_Lists") -> None:
        self.entries = lists.entries
        self.valuation = lists.valuation
        self.members += 1
        self.rows = {entry.client_id: row for row, entry in enumerate(self.entries)}
        self._ranks: Whole = np.array([_RANK[e.tier] for e in self.entries], dtype=np.int64)
        self.valuation.take(self._prices)
        self._order()

    def _change(self, row: int, entry: ClientEntry) -> None:
        self.members += 1
        self.entries[row] = entry
        self._ranks[row] = _RANK[entry.tier]
        self.valuation.change(row, entry)

    def _value(self) -> None:
        if self.valuation.take(self._prices):
            self._order()

    def _order(self) -> None:
        worth = self.valuation.worth
        order = np.lexsort((-worth.assets_cents, -self._ranks))
        place = np.empty_like(order)
        place[order] = np.arange(len(order))
        self.order: list[int] = order.tolist()
        self.place: list[int] = place.tolist()
        self.assets_cents: list[int] = worth.assets_cents.tolist()
        self.day_change_cents: list[int] = worth.day_change_cents.tolist()
        self.live: list[bool] = worth.live.tolist()
        counts = np.bincount(self._ranks, minlength=len(TIERS)).tolist()
        self.by_tier: dict[Tier, int] = dict(zip(TIERS, counts, strict=True))
        self.stamp += 1


class _Lists:
    """What takes long to make of many clients: made on a reader thread."""

    def __init__(self, entries: Mapping[str, ClientEntry]) -> None:
        self.entries = [entries[name] for name in sorted(entries)]
        self.valuation = Valuation(self.entries)
