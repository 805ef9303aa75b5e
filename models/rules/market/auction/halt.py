"""Halts of a day without price limit (market-rules § 2.3)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeVar

from models.market.instrument import SecurityKind
from models.rules.basis.bounds import Price
from models.rules.basis.rounding import half_up
from models.rules.market.price_limit import tick_of
from models.rules.market.records.dated import Subject, in_force, required
from models.rules.market.records.rulebook import MarketRules
from models.rules.market.records.trading import HaltRecord

Amount = TypeVar("Amount", Decimal, int)

_STOCK = Subject(kind=SecurityKind.STOCK)


@dataclass(frozen=True, slots=True)
class Print:
    """A traded price in CNY."""

    at: time
    price: Price


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
    rule = required(rules.halts, day, _STOCK, "HALT")
    levels = _levels(rule, open_price, tick_of(rules, SecurityKind.STOCK, day))
    return HaltDay(levels, tuple(_halts(rule, open_price, prints)), rule.source)


def halt_rule(rules: MarketRules, day: date) -> HaltRecord | None:
    """Return how a stock without price limits is halted on a day; None where no rule is known."""
    return in_force(rules.halts, day, _STOCK)


def _levels(rule: HaltRecord, open_price: Decimal, tick: Decimal) -> dict[str, Decimal]:
    return {
        f"{name}{pct}": half_up(open_price * (100 + sign * pct) / 100, tick)
        for pct in rule.levels_pct
        for name, sign in (("up", 1), ("down", -1))
    }


def _halts(rule: HaltRecord, open_price: Decimal, prints: Sequence[Print]) -> Iterator[Halt]:
    highest_used = 0
    for each in sorted(prints, key=lambda p: p.at):
        level = halt_level(rule, open_price, each.price)
        if level > highest_used and may_halt(rule, each.at):
            highest_used = level
            yield Halt(level, each.at, halt_end(rule, each.at))


def halt_level(rule: HaltRecord, open_price: Amount, price: Amount) -> int:
    """Return the level a price has reached in percent, 0 for none; both prices in one unit."""
    moved = abs(price - open_price) * 100
    return max((pct for pct in rule.levels_pct if moved >= pct * open_price), default=0)


def may_halt(rule: HaltRecord, at: time) -> bool:
    """Tell whether a halt may begin at this time of day."""
    return at < rule.none_from


def halt_end(rule: HaltRecord, at: time) -> time:
    """Return when a halt that begins at ``at`` is over."""
    end = datetime.combine(date.min, at) + timedelta(minutes=rule.minutes)
    return min(end.time(), rule.none_from)
