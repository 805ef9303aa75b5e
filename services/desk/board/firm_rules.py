"""The firm's settings of this desk's store in memory, for what cannot wait for the store."""

import logging
from datetime import date

from models.rules.basis.missing import NotConfigured
from models.rules.basis.profile import Settings
from models.status import ChangeSet
from services.desk.storage.queries.firm_settings import known_settings, read_dated
from services.desk.storage.store import LocalStore
from services.rules.dated import DatedSetting, Sections, sections_in_force

_UNKNOWN = Settings()
_log = logging.getLogger(__name__)


class FirmRules:
    """Settings by day, kept in step with the store; where nothing is known nothing is set."""

    def __init__(self, store: LocalStore) -> None:
        self._store = store
        self._rows: tuple[DatedSetting, ...] = ()
        self._days: dict[date, Settings] = {}

    async def load(self) -> None:
        """Read all settings; first thing after opening the store."""
        self._rows = await self._store.read(read_dated)
        self._days = {}

    async def refresh(self, change: ChangeSet) -> None:
        """Keep in step with the store; add it to the changes before whoever judges by settings."""
        if change.grounds or change.whole:
            await self.load()

    def on(self, day: date) -> Settings:
        """Return the settings of ``day``, the same object until they change."""
        found = self._days.get(day)
        if found is None:
            found = self._days[day] = self._known(day)
        return found

    def sections(self, day: date) -> Sections:
        """Return what is in force on ``day``, for the engine to read; () = nothing is known."""
        return sections_in_force(self._rows, day)

    def _known(self, day: date) -> Settings:
        try:
            return known_settings(self._rows, day)
        except NotConfigured as missing:
            _log.info("no settings of the firm for %s: %s", day, missing.code)
            return _UNKNOWN
