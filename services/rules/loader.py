"""Reads the market rules, the trading days and a profile from files."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import cast

from models.errors import ExpectedFailure
from models.rules.basis.calendar import TradingCalendar
from models.rules.basis.profile import Profile
from models.rules.market.records.rulebook import MarketRules
from services.rules.profile import dated_profile
from services.rules.reading import BadInput, read

_FOLDER = "market_rules"
_RULE_FILES = ("sessions", "price_limits", "price_cages", "quantities", "settlement", "fees")
_DEFAULT_PROFILE = "profiles/demo.toml"


@dataclass(frozen=True, slots=True)
class _Corrections:
    add: tuple[date, ...] = ()
    remove: tuple[date, ...] = ()


@cache
def load_market_rules() -> MarketRules:
    """Return the dated market rules; raises ExpectedFailure MARKET_RULES_BROKEN."""
    tables: dict[str, object] = {}
    for name in _RULE_FILES:
        tables |= _toml(_resource(f"{name}.toml"), "MARKET_RULES")
    try:
        return read(MarketRules, tables, "market_rules")
    except BadInput as fault:
        raise _broken("MARKET_RULES", str(fault)) from fault


@cache
def load_calendar() -> TradingCalendar:
    """Return the trading days, with the operator's corrections in calendar.toml."""
    told = _toml(_resource("calendar.toml"), "CALENDAR")
    try:
        corrections = read(_Corrections, told, "calendar")
    except BadInput as fault:
        raise _broken("CALENDAR", str(fault)) from fault
    days = set(_listed_days()) | set(corrections.add)
    return TradingCalendar(tuple(sorted(days - set(corrections.remove))))


def load_profile(path: Path | None) -> Profile:
    """Return the profile in ``path``, the demo firm's where it is None.

    Raises ExpectedFailure PROFILE_UNREADABLE or PROFILE_BROKEN.
    """
    source = path or files("resources").joinpath(_DEFAULT_PROFILE)
    try:
        return dated_profile(_toml(source, "PROFILE"))
    except BadInput as fault:
        raise _broken("PROFILE", str(fault)) from fault


def _resource(name: str) -> Traversable:
    return files("resources").joinpath(f"{_FOLDER}/{name}")


def _listed_days() -> Iterator[date]:
    lines = _resource("trading_days.txt").read_text("utf-8").splitlines()
    return (date.fromisoformat(line) for line in lines if not line.startswith("#"))


def _toml(source: Traversable | Path, what: str) -> dict[str, object]:
    try:
        return cast(dict[str, object], tomllib.loads(source.read_text("utf-8-sig")))
    except OSError as fault:
        raise ExpectedFailure(
            f"读不到文件:{source}", f"{fault.strerror}。请检查路径和权限", f"{what}_UNREADABLE"
        ) from fault
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise _broken(what, f"{source}: {fault}") from fault


def _broken(what: str, fault: str) -> ExpectedFailure:
    return ExpectedFailure("规则或设置文件有错", f"{fault}。请改正该处后再试", f"{what}_BROKEN")
