"""Reads one field of a file; a field that cannot be read says why with a stable code."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from models.dates import BEIJING, moment_text
from models.money import CENTS_PER_YUAN, PRICE_UNITS_PER_YUAN

_MILLI = 1_000
_MOST_DIGITS = 15


class Unreadable(ValueError):
    """``reason`` is the code under which the line is rejected."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


Reader = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a file: its name there and in the stage, its SQL type, how it is read."""

    name: str
    sql_type: str
    read: Reader


def needed(name: str) -> Field:
    """Text that must be there."""
    return Field(name, "text", _needed)


def optional(name: str) -> Field:
    """Text that may be empty."""
    return Field(name, "text", str)


def day(name: str) -> Field:
    """An ISO date."""
    return Field(name, "text", _day)


def day_or_none(name: str) -> Field:
    """An ISO date, or nothing."""
    return Field(name, "text", lambda text: _day(text) if text else "")


def moment(name: str) -> Field:
    """An ISO date and time, Beijing's unless it says another zone."""
    return Field(name, "text", _moment)


def cents(name: str) -> Field:
    """Yuan with at most two decimals."""
    return Field(name, "bigint", lambda text: scaled(text, CENTS_PER_YUAN))


def cents_or_none(name: str) -> Field:
    """Yuan with at most two decimals, or nothing: None."""
    return Field(name, "bigint", lambda text: scaled(text, CENTS_PER_YUAN) if text else None)


def price(name: str) -> Field:
    """Yuan with at most four decimals; nothing is 0."""
    return Field(name, "bigint", lambda text: scaled(text or "0", PRICE_UNITS_PER_YUAN))


def milli(name: str) -> Field:
    """A number with at most three decimals; nothing is 0."""
    return Field(name, "bigint", lambda text: scaled(text or "0", _MILLI))


def whole(name: str) -> Field:
    """A whole number from 0 up."""
    return Field(name, "bigint", lambda text: scaled(text, 1))


def flag(name: str, *, unless_told: bool) -> Field:
    """1 or 0; nothing is ``unless_told``."""
    told = {"1": True, "0": False, "": unless_told}
    return Field(name, "boolean", lambda text: _from(told, text))


def choice(name: str, *words: str) -> Field:
    """One of ``words``."""
    return Field(name, "text", lambda text: _from({word: word for word in words}, text))


def _needed(text: str) -> str:
    if not text:
        raise Unreadable("FIELD_MISSING")
    return text


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as fault:
        raise Unreadable("DATE_INVALID") from fault


def _moment(text: str) -> str:
    try:
        told = datetime.fromisoformat(text)
    except ValueError as fault:
        raise Unreadable("TIME_INVALID") from fault
    return moment_text(told.replace(tzinfo=told.tzinfo or BEIJING))


def scaled(text: str, scale: int) -> int:
    """Return a number times ``scale``, whole; NUMBER_INVALID, NUMBER_NEGATIVE, NUMBER_TOO_FINE."""
    try:
        number = Decimal(text) * scale
    except InvalidOperation as fault:
        raise Unreadable("NUMBER_INVALID") from fault
    if not number.is_finite() or number.adjusted() > _MOST_DIGITS:
        raise Unreadable("NUMBER_INVALID")
    if number < 0:
        raise Unreadable("NUMBER_NEGATIVE")
    if number != number.to_integral_value():
        raise Unreadable("NUMBER_TOO_FINE")
    return int(number)


def _from(words: Mapping[str, object], text: str) -> object:
    if text not in words:
        raise Unreadable("WORD_UNKNOWN")
    return words[text]
