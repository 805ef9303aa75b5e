"""What a person has chosen for his screens, kept in his own store."""

import msgspec

from services.desk.storage.rows import read_setting, write_setting
from services.desk.storage.store import LocalStore

_NAME = "preferences"
_decoder = msgspec.json.Decoder(dict[str, str])


class Preferences:
    """Small texts by name; read once, written as they change."""

    def __init__(self, store: LocalStore) -> None:
        self._store = store
        self._kept: dict[str, str] = {}

    async def load(self) -> None:
        """Read what was kept; what cannot be read is forgotten: these are habits, not records."""
        text = await self._store.read(lambda connection: read_setting(connection, _NAME))
        try:
            self._kept = _decoder.decode(text) if text else {}
        except msgspec.DecodeError:
            self._kept = {}

    def get(self, name: str) -> str:
        """Return a choice, "" where none was made."""
        return self._kept.get(name, "")

    async def keep(self, name: str, value: str) -> None:
        """Remember a choice."""
        self._kept[name] = value
        text = msgspec.json.encode(self._kept).decode()
        await self._store.write_batch(lambda connection: write_setting(connection, _NAME, text))
