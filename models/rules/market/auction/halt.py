"""Halts of a day without price limit (market-rules § 2.3)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from models.market.instrument import SecurityKind
from models.rules.basis.rounding import half_up
from models.rules.market.price_limit import tick_of
from models.rules.market.records.dated import Subject, required
from models.rules.market.records.rulebook import MarketRules
from models.rules.market.records.trading import HaltRecord


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
    source: str


def halts_of(
    rules: MarketRules, open_price: Decimal, prints: Sequence[Print], day: date
) -> HaltDay:
    """Return the halts: each level once a day in whichever direction, a higher one uses up the
    lower; raises NotConfigured HALT."""
    rule = required(rules.halts, day, Subject(kind=SecurityKind.STOCK), "HALT")
    levels = _levels(rule, open_price, tick_of(rules, SecurityKind.STOCK, day))
    return HaltDay(levels, tuple(_halts(rule, open_price, prints)), rule.source)


def _levels(rule: HaltRecord, open_price: Decimal, tick: Decimal) -> dict[str, Decimal]:
    return {
        f"{name}{pct}": half_up(open_price * (100 + sign * pct) / 100, tick)
        for pct in rule.levels_pct
        for name, sign in (("up", 1), ("down", -1))
    }


def _halts(rule: HaltRecord, open_price: Decimal, prints: Sequence[Print]) -> Iterator[Halt]:
    highest_used = 0
    for each in sorted(prints, key=lambda p: p.at):
        level = _level_reached(rule, open_price, each.price)
        if level > highest_used and each.at < rule.none_from:
            highest_used = level
            yield Halt(level, each.at, _end(rule, each.at))


def _level_reached(rule: HaltRecord, open_price: Decimal, price: Decimal) -> int:
    moved = abs(price - open_price) * 100
    return max((pct for pct in rule.levels_pct if moved >= pct * open_price), default=0)


def _end(rule: HaltRecord, at: time) -> time:
    end = datetime.combine(date.min, at) + timedelta(minutes=rule.minutes)
    return min(end.time(), rule.none_from)
