"""Keeps what this desk sees of prices and assets: a report needs no engine."""

import asyncio
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from models.dates import moment_text
from models.errors import ExpectedFailure
from services.clock.clock import Clock
from services.desk.clients.prices import Prices, price_of
from services.desk.clients.roll import ClientRoll
from services.desk.storage.queries.marks import AssetMark, PriceMark, write_marks
from services.desk.storage.store import LocalStore

PERIOD_S = 30.0
KEPT_DAYS = 800
_log = logging.getLogger(__name__)


class MarkKeeper:
    """``run`` until cancelled, or call ``keep`` yourself."""

    def __init__(
        self, *, store: LocalStore, roll: ClientRoll, prices: Prices, clock: Clock
    ) -> None:
        self._store = store
        self._roll = roll
        self._prices = prices
        self._clock = clock
        self._seen = 0

    async def run(self) -> None:
        """Keep what is new at each period; a store that fails is tried again then."""
        while True:
            await asyncio.sleep(PERIOD_S)
            try:
                await self.keep()
            except ExpectedFailure as failure:
                _log.warning("marks wait for the store: %s", failure.code)

    async def keep(self) -> None:
        """Write down prices and assets as they are now, unless no price has come since."""
        revision = self._prices.revision()
        if revision == self._seen:
            return
        self._roll.revalue()
        now = self._clock.now()
        prices, assets = tuple(self._price_marks(now)), tuple(self._asset_marks(now))
        since = (now.date() - timedelta(days=KEPT_DAYS)).isoformat()
        await self._store.write_batch(lambda c: write_marks(c, prices, assets, since))
        self._seen = revision

    def _price_marks(self, now: datetime) -> Iterator[PriceMark]:
        seen_at = moment_text(now)
        for symbol in self._roll.valuation.symbols:
            quote, instrument = self._prices.quote(symbol), self._prices.instrument(symbol)
            price = price_of(quote) if quote else 0
            if price and instrument is not None:
                yield PriceMark(
                    symbol,
                    instrument.name,
                    instrument.industry,
                    instrument.kind.value,
                    instrument.status.value,
                    price,
                    seen_at,
                )

    def _asset_marks(self, now: datetime) -> Iterator[AssetMark]:
        day, seen_at = now.date().isoformat(), moment_text(now)
        roll = self._roll
        for row, entry in enumerate(roll.entries):
            if roll.live[row]:
                yield AssetMark(entry.client_id, day, roll.assets_cents[row], seen_at)
