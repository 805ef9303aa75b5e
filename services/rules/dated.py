"""The firm's settings in force on a day, out of its dated rows: central and desk read them here."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import NamedTuple, Protocol

import msgspec

from models.rules.basis.profile import Profile, Settings
from services.rules.profile import dated_profile

_KEPT = 8


class DatedSetting(NamedTuple):
    """One section of the settings from an ISO day on; ``value`` is JSON, null = taken away."""

    name: str
    effective_from: str
    value: str


def in_force(rows: Iterable[DatedSetting], day: date) -> dict[str, str]:
    """Return each section's newest value that began on ``day`` or before."""
    begun = (row for row in rows if row.effective_from <= day.isoformat())
    return {row.name: row.value for row in sorted(begun, key=lambda row: row.effective_from)}


def settings_in_force(rows: Iterable[DatedSetting], day: date) -> Settings:
    """Return the settings of ``day``; what no row sets is not configured."""
    return _read_profile(tuple(sorted(in_force(rows, day).items()))).on(day)


@lru_cache(_KEPT)
def _read_profile(sections: tuple[tuple[str, str], ...]) -> Profile:
    return dated_profile({name: msgspec.json.decode(value) for name, value in sections})


class SettingsByDay(Protocol):
    """The firm's settings as somebody knows them; models.rules.basis.profile.Profile is one."""

    def on(self, day: date) -> Settings:
        """Return the settings of ``day``."""
        ...
