"""Writes what a rule answered as plain JSON values: decimals as text without exponent."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time
from decimal import Decimal

from models.rules.decision import Decision

_REASON = "reason"  # how the names of all reason codes end


def plain(value: object) -> object:
    """Return ``value`` as JSON values; an empty reason becomes null."""
    if isinstance(value, Decision):
        told = {"ok": value.ok, _REASON: value.reason, **value.numbers, "source": value.source}
        return _object(told)
    if is_dataclass(value) and not isinstance(value, type):
        return _object({f.name.rstrip("_"): getattr(value, f.name) for f in fields(value)})
    if isinstance(value, Mapping):
        return _object({str(key): each for key, each in value.items()})
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    return _scalar(value)


def _object(told: Mapping[str, object]) -> dict[str, object]:
    return {
        key: None if key.endswith(_REASON) and each == "" else plain(each)
        for key, each in told.items()
    }


def _scalar(value: object) -> object:
    if isinstance(value, Decimal):
        return f"{value if value else abs(value):f}"
    if isinstance(value, datetime | time):
        return value.isoformat(timespec="milliseconds" if value.microsecond else "seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return str(value)
    return value
