"""The manager's clients in memory, kept in step with the store; read by directory and alerts."""

from collections.abc import Mapping

import numpy as np

from models.clients.tier import TIERS
from models.status import ChangeSet
from services.clients.prices import Prices
from services.clients.search_keys import search_key
from services.clients.valuation import Valuation, Whole
from services.storage.queries.entries import ClientEntry, read_entries
from services.storage.store import LocalStore

_RANK = {tier.value: rank for rank, tier in enumerate(TIERS)}


class ClientRoll:
    """Entries by client id with search keys and live worth; only changed clients are read again."""

    def __init__(self, store: LocalStore, prices: Prices) -> None:
        self._store = store
        self._prices = prices
        self._by_id: dict[str, ClientEntry] = {}
        self._keys_by_id: dict[str, str] = {}
        self._seen_revision: int | None = None
        self._renew()

    async def load(self) -> None:
        """Read all clients; first thing after opening the store, and after a resync."""
        self._by_id = await self._store.read(read_entries)
        self._keys_by_id = {name: search_key(entry) for name, entry in self._by_id.items()}
        self._renew()

    async def refresh(self, change: ChangeSet) -> None:
        """Read again what changed; a client that is gone leaves the list."""
        if change.whole:
            await self.load()
            return
        if not change.clients:
            return
        found = await self._store.read(lambda connection: read_entries(connection, change.clients))
        if all(self._by_id.get(name) == found.get(name) for name in change.clients):
            return
        for name in change.clients - found.keys():
            self._by_id.pop(name, None)
            self._keys_by_id.pop(name, None)
        self._by_id |= found
        self._keys_by_id |= {name: search_key(entry) for name, entry in found.items()}
        self._renew()

    def revalue(self) -> None:
        """Take the newest prices, once a revision."""
        revision = self._prices.revision()
        if revision == self._seen_revision:
            return
        self._seen_revision = revision
        if self.valuation.take(self._prices):
            self._sort()

    def entry(self, client_id: str) -> ClientEntry | None:
        """One client."""
        return self._by_id.get(client_id)

    def _renew(self) -> None:
        self.entries = tuple(self._by_id[name] for name in sorted(self._by_id))
        self.keys = tuple(self._keys_by_id[entry.client_id] for entry in self.entries)
        self._ranks: Whole = np.array(
            [_RANK[entry.tier.value] for entry in self.entries], dtype=np.int64
        )
        self.by_tier = _count_tiers(self._ranks)
        self.valuation = Valuation(self.entries)
        self.valuation.take(self._prices)
        self._sort()

    def _sort(self) -> None:
        worth = self.valuation.worth
        order = np.lexsort((-worth.assets_cents, -self._ranks))
        self.order: list[int] = order.tolist()
        self.assets_cents: list[int] = worth.assets_cents.tolist()
        self.day_change_cents: list[int] = worth.day_change_cents.tolist()
        self.live: list[bool] = worth.live.tolist()


def _count_tiers(ranks: Whole) -> Mapping[str, int]:
    counts = np.bincount(ranks, minlength=len(TIERS)).tolist()
    return {tier.value: count for tier, count in zip(TIERS, counts, strict=True)}
