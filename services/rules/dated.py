"""The firm's settings in force on a day, out of its dated rows: central and desk read them here."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import NamedTuple, Protocol

import msgspec

from models.rules.basis.profile import Profile, Settings
from services.rules.profile import dated_profile
from services.rules.reading import BadInput

Sections = tuple[tuple[str, str], ...]
"""Name and JSON text of each section in force, sorted by name."""

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


def sections_in_force(rows: Iterable[DatedSetting], day: date) -> Sections:
    """Return the same as it travels to who judges without the rows."""
    return tuple(sorted(in_force(rows, day).items()))


def settings_in_force(rows: Iterable[DatedSetting], day: date) -> Settings:
    """Return the settings of ``day``, what no row sets is not configured; raises BadInput."""
    return settings_of(sections_in_force(rows, day), day)


def settings_of(sections: Sections, day: date) -> Settings:
    """Return what the sections in force on ``day`` say; raises BadInput."""
    return _read_profile(sections).on(day)


def profile_on(rows: Iterable[DatedSetting], day: date) -> Profile:
    """Return the settings of ``day`` as a profile, to lay a draft over; raises BadInput."""
    return _read_profile(sections_in_force(rows, day))


@lru_cache(_KEPT)
def _read_profile(sections: Sections) -> Profile:
    return dated_profile({name: _value(name, text) for name, text in sections})


def _value(name: str, text: str) -> object:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as fault:
        raise BadInput(name, "不是 JSON") from fault


class SettingsByDay(Protocol):
    """The firm's settings as somebody knows them; models.rules.basis.profile.Profile is one."""

    def on(self, day: date) -> Settings:
        """Return the settings of ``day``."""
        ...
