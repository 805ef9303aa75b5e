"""Answers cases line by line: one bad line never stops the others (rules_eval § 1)."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Context, Decimal, localcontext
from typing import Literal, TypeAlias, cast

from models.dates import BEIJING
from models.rules.basis.missing import ContradictoryFacts, MissingFact, NotConfigured
from models.rules.basis.profile import Profile
from services.rules.evaluator.registry import FAMILIES
from services.rules.evaluator.world import Judge, World
from services.rules.evaluator.writing import plain
from services.rules.loader import load_calendar, load_market_rules
from services.rules.profile import with_draft
from services.rules.reading import BadInput, read, read_moment
from services.rules.strict import unread_places

# Enough digits for every product of two numbers that the reader lets in.
_EXACT = Context(prec=150)
_LONGEST_NUMBER = 300  # characters; an exponent is refused where it would make more digits
_LINE_ENDS = {ord(sign): f"\\u{ord(sign):04x}" for sign in "\x85\u2028\u2029"}
# A profile of a file, or that of each day of a firm whose settings are kept by day.
Tried: TypeAlias = Profile | Callable[[date], Profile]
ErrorCode = Literal["BAD_JSON", "UNKNOWN_FAMILY", "BAD_INPUT"]


class _Error(Exception):
    """A case that cannot be judged."""

    def __init__(self, code: ErrorCode, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    id: str
    given: object
    as_of: object = None
    settings: object = None


def evaluate_lines(lines: Iterable[str | bytes], profile: Tried, now: datetime) -> Iterator[str]:
    """Yield one JSON text for each line; ``now`` stands for a missing ``as_of``."""
    for line in lines:
        yield _one_line(evaluate_line(line, profile, now))


def _one_line(answer: Mapping[str, object]) -> str:
    """JSON leaves these signs as they are, but many a reader ends a line at them."""
    return json.dumps(answer, ensure_ascii=False).translate(_LINE_ENDS)


def evaluate_line(line: str | bytes, profile: Tried, now: datetime) -> dict[str, object]:
    """Return the answer to one case: its result, or why it cannot be judged."""
    told: Mapping[str, object] = {}
    try:
        told = _object(line)
        return {"id": _id(told), "result": _result(told, profile, now)}
    except _Error as fault:
        return {"id": _id(told), "error": {"code": fault.code, "message": str(fault)}}


def _id(told: Mapping[str, object]) -> str | None:
    case_id = told.get("id")
    return case_id if isinstance(case_id, str) else None


def _object(line: str | bytes) -> Mapping[str, object]:
    try:
        text = line if isinstance(line, str) else line.decode()
        told = json.loads(text, parse_float=_exact, parse_constant=_refuse_constant)
    except (ValueError, ArithmeticError, RecursionError) as fault:
        raise _Error("BAD_JSON", "不是 JSON") from fault
    if not isinstance(told, dict):
        raise _Error("BAD_JSON", "不是 JSON 对象")
    return cast(Mapping[str, object], told)


def _exact(text: str) -> Decimal:
    """No number passes through a binary float, also none that is only handed on."""
    number = Decimal(text)
    if abs(number.adjusted()) > _LONGEST_NUMBER or len(text) > _LONGEST_NUMBER:
        raise ValueError("number too long")
    return number


def _refuse_constant(word: str) -> object:
    raise ValueError(f"{word} is no JSON value")


def _result(told: Mapping[str, object], profile: Tried, now: datetime) -> object:
    judge = _judge(told)
    try:
        case = read(_Case, told, "case")
        world = _world(case, profile, now)
        with localcontext(_EXACT):
            return {**_answer(judge, case, world), **_unread(case)}
    except (BadInput, MissingFact, ContradictoryFacts) as fault:
        raise _Error("BAD_INPUT", str(fault)) from fault
    except (ArithmeticError, ValueError) as fault:
        raise _Error("BAD_INPUT", f"这些数无法计算({type(fault).__name__})") from fault
    except RecursionError as fault:
        raise _Error("BAD_INPUT", "层次太深") from fault


def _answer(judge: Judge, case: _Case, world: World) -> Mapping[str, object]:
    try:
        return cast(Mapping[str, object], plain(judge(case.given, world)))
    except NotConfigured as refusal:
        return {"ok": False, "reason": refusal.code}


def _unread(case: _Case) -> dict[str, object]:
    """Name what of a draft setting no rule reads: it changed nothing."""
    if not isinstance(case.settings, dict):
        return {}
    places = unread_places(case.settings)
    return {"unread_settings": list(places)} if places else {}


def _judge(told: Mapping[str, object]) -> Judge:
    name = told.get("family")
    if not isinstance(name, str):
        raise _Error("UNKNOWN_FAMILY", "没有写明案例的类别")
    if name not in FAMILIES:
        raise _Error("UNKNOWN_FAMILY", f"没有这类案例:{name[:40]!r}")
    return FAMILIES[name]


def _world(case: _Case, tried: Tried, now: datetime) -> World:
    moment = now if case.as_of is None else _moment(case.as_of)
    profile = tried if isinstance(tried, Profile) else tried(moment.date())
    drafted = profile if case.settings is None else with_draft(profile, case.settings)
    return World(load_market_rules(), load_calendar(), drafted.on(moment.date()), moment)


def _moment(as_of: object) -> datetime:
    """A day without a time begins at midnight."""
    told: date | datetime = read_moment(as_of, "case.as_of")
    return told if isinstance(told, datetime) else datetime.combine(told, time(), BEIJING)
