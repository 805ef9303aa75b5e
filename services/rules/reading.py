"""Reads untyped values (JSON, TOML) into the frozen records of the rules, exactly or not at all.

A decimal is text, never a JSON number; a word must be a known one; what is wrong is named with its
place. A field name may carry a trailing underscore where Python wants one (``from_``). Null in
place of a field with a default means: left out.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, cast, get_args, get_origin
from typing import get_type_hints as _type_hints

T = TypeVar("T")
Form = Any  # a type as written in an annotation; typing has no name for it
_DECIMAL = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,3})?")
_DATETIME = re.compile(_DATE.pattern + "T" + _TIME.pattern + re.escape("+08:00"))
_LARGEST_INT = 10**18


class BadInput(ValueError):
    """A value that cannot be judged: ``place`` says where, ``fault`` why."""

    def __init__(self, place: str, fault: str) -> None:
        super().__init__(f"{place}: {fault}")
        self.place = place
        self.fault = fault


def read(form: type[T], value: object, place: str) -> T:
    """Return ``value`` as a ``form``; raises BadInput naming the place below ``place``."""
    return cast(T, _read(form, value, place))


def read_moment(value: object, place: str) -> date | datetime:
    """Return a date, or a date-time with +08:00."""
    if isinstance(value, str) and "T" in value:
        return _datetime(value, place)
    return _date(value, place)


def _read(form: Form, value: object, place: str) -> object:
    reader = _SIMPLE.get(form)
    if reader is not None:
        return reader(value, place)
    composed = _COMPOSED.get(get_origin(form))
    if composed is not None:
        return composed(form, value, place)
    if issubclass(form, StrEnum):
        return _word(form, value, place)
    return _record(form, value, place)


def _text(value: object, place: str) -> str:
    if not isinstance(value, str):
        raise BadInput(place, "应为文本")
    return value


def _matching(pattern: re.Pattern[str], value: object, place: str, wanted: str) -> str:
    text = _text(value, place)
    if not pattern.fullmatch(text):
        raise BadInput(place, f"应为{wanted},而不是 {text[:40]!r}")
    return text


def _decimal(value: object, place: str) -> Decimal:
    return Decimal(_matching(_DECIMAL, value, place, "文本形式的十进制数"))


def _whole(value: object, place: str) -> int:
    if type(value) is not int or abs(value) > _LARGEST_INT:
        raise BadInput(place, "应为整数")
    return value


def _flag(value: object, place: str) -> bool:
    if not isinstance(value, bool):
        raise BadInput(place, "应为 true 或 false")
    return value


def _existing(make: Callable[[str], T], text: str, place: str) -> T:
    try:
        return make(text)
    except ValueError as fault:
        raise BadInput(place, f"没有这个日期或时间:{text}") from fault


def _date(value: object, place: str) -> date:
    return _existing(date.fromisoformat, _matching(_DATE, value, place, "日期"), place)


def _time(value: object, place: str) -> time:
    return _existing(time.fromisoformat, _matching(_TIME, value, place, "时间"), place)


def _datetime(value: object, place: str) -> datetime:
    text = _matching(_DATETIME, value, place, "带 +08:00 的日期时间")
    return _existing(datetime.fromisoformat, text, place)


def _anything(value: object, place: str) -> object:
    return value


_SIMPLE: dict[Form, Callable[[object, str], object]] = {
    str: _text,
    Decimal: _decimal,
    int: _whole,
    bool: _flag,
    date: _date,
    time: _time,
    datetime: _datetime,
    object: _anything,
}


def _word(form: type[StrEnum], value: object, place: str) -> StrEnum:
    text = _text(value, place)
    try:
        return form(text)
    except ValueError as fault:
        raise BadInput(place, f"不认识的词 {text[:40]!r}") from fault


def _literal(form: Form, value: object, place: str) -> object:
    if _text(value, place) not in get_args(form):
        raise BadInput(place, f"不认识的词 {value!r}")
    return value


def _bounded(form: Form, value: object, place: str) -> object:
    inner, bounds = get_args(form)
    number = _read(inner, value, place)
    if not bounds.holds(number):
        raise BadInput(place, f"应{bounds},而不是 {number}")
    return number


def _list(form: Form, value: object, place: str) -> tuple[object, ...]:
    if not isinstance(value, list):
        raise BadInput(place, "应为列表")
    item = get_args(form)[0]
    return tuple(_read(item, each, f"{place}[{at}]") for at, each in enumerate(value))


def _mapping(form: Form, value: object, place: str) -> dict[object, object]:
    key_form, value_form = get_args(form)
    return {
        _read(key_form, key, place): _read(value_form, each, f"{place}.{key}")
        for key, each in _object(value, place).items()
    }


def _union(form: Form, value: object, place: str) -> object:
    members = get_args(form)
    if value is None and NoneType in members:
        return None
    members = tuple(member for member in members if member is not NoneType)
    if len(members) == 1:
        return _read(members[0], value, place)
    return _read(_tagged(members, value, place), value, place)


def _tagged(members: tuple[Form, ...], value: object, place: str) -> Form:
    """Return the member whose tag (its field that is a Literal) has the word of ``value``."""
    tag = next(name for name, form in _hints(members[0]).items() if _is_tag(form))
    word = _text(_object(value, place).get(tag), f"{place}.{tag}")
    for member in members:
        if word in get_args(_hints(member)[tag]):
            return member
    raise BadInput(f"{place}.{tag}", f"不认识的词 {word[:40]!r}")


def _is_tag(form: object) -> bool:
    return _COMPOSED.get(get_origin(form)) is _literal


_COMPOSED: dict[Form, Callable[[Form, object, str], object]] = {
    tuple: _list,
    Mapping: _mapping,
    Union: _union,
    UnionType: _union,
    Literal: _literal,
    Annotated: _bounded,
}


def _object(value: object, place: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise BadInput(place, "应为对象")
    return value


def _record(form: Form, value: object, place: str) -> object:
    if not is_dataclass(form):
        raise TypeError(f"{form} cannot be read")
    told = _object(value, place)
    read_fields = (_field(form, field, told, place) for field in fields(form))
    return cast(Callable[..., object], form)(**{k: v for pair in read_fields for k, v in pair})


def _field(
    form: Form, field: Field[object], told: Mapping[str, object], place: str
) -> tuple[tuple[str, object], ...]:
    key = field.name.rstrip("_")
    has_default = field.default is not MISSING or field.default_factory is not MISSING
    if has_default and told.get(key) is None:
        return ()
    if key not in told:
        raise BadInput(f"{place}.{key}", "缺少这一项")
    return ((field.name, _read(_hints(form)[field.name], told[key], f"{place}.{key}")),)


@cache
def _hints(form: Form) -> dict[str, Form]:
    return _type_hints(form, include_extras=True)
