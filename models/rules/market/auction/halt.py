"""Halts of a day without price limit (market-rules § 2.3)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeVar

from models.rules.basis.rounding import half_up

_TICK = Decimal("0.01")
_LEVELS_PCT = (60, 30)
_LENGTH = timedelta(minutes=10)
_NONE_FROM = time(14, 57)

Amount = TypeVar("Amount", Decimal, int)


@dataclass(frozen=True, slots=True)
class Print:
    """A traded price in CNY."""

    at: time
    price: Decimal


@dataclass(frozen=True, slots=True)
class Halt:
    """A stop of trading; ``until`` is its end."""

    level_pct: int
    at: time
    until: time


@dataclass(frozen=True, slots=True)
class HaltDay:
    """The prices of the levels (CNY) and the halts of the day."""

    levels: Mapping[str, Decimal]
    halts: tuple[Halt, ...]
    source: str = "§ 2.3 no-limit day halts"


def halts_of(open_price: Decimal, prints: Sequence[Print]) -> HaltDay:
    """Return the halts: each level once a day in whichever direction, 60% uses up 30% too."""
    return HaltDay(_levels(open_price), tuple(_halts(open_price, prints)))


def _levels(open_price: Decimal) -> dict[str, Decimal]:
    return {
        f"{name}{pct}": half_up(open_price * (100 + sign * pct) / 100, _TICK)
        for pct in reversed(_LEVELS_PCT)
        for name, sign in (("up", 1), ("down", -1))
    }


def _halts(open_price: Decimal, prints: Sequence[Print]) -> Iterator[Halt]:
    highest_used = 0
    for each in sorted(prints, key=lambda p: p.at):
        level = halt_level(open_price, each.price)
        if level > highest_used and may_halt(each.at):
            highest_used = level
            yield Halt(level, each.at, halt_end(each.at))


def halt_level(open_price: Amount, price: Amount) -> int:
    """Return the level a price has reached in percent, 0 for none; both prices in one unit."""
    moved = abs(price - open_price) * 100
    return next((pct for pct in _LEVELS_PCT if moved >= pct * open_price), 0)


def may_halt(at: time) -> bool:
    """Tell whether a halt may begin at this time of day."""
    return at < _NONE_FROM


def halt_end(at: time) -> time:
    """Return when a halt that begins at ``at`` is over."""
    end = datetime.combine(date(2000, 1, 1), at) + _LENGTH
    return min(end.time(), _NONE_FROM)
