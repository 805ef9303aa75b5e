"""Finds what a typed reading of settings would silently pass over: keys that nothing reads."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from types import NoneType
from typing import cast, get_args, get_origin, get_type_hints

from models.rules.basis.profile import Settings

Document = Mapping[str, object]
_NO_SECTIONS = ("profile", "changes")


def unread_places(document: Document) -> tuple[str, ...]:
    """Return the places in a readable profile, or in a draft of one, that no setting is read from:
    what is misspelt would else count as not set."""
    changes = cast(list[Document], document.get("changes") or [])
    patches = [document, *(cast(Document, change.get("set")) for change in changes)]
    return tuple(dict.fromkeys(place for patch in patches for place in _unread_sections(patch)))


def _unread_sections(patch: Document) -> Iterator[str]:
    sections = get_type_hints(Settings)
    for name, value in patch.items():
        if name in sections:
            yield from unread_keys(name, value)
        elif name not in _NO_SECTIONS:
            yield name


def unread_keys(section: str, value: object) -> tuple[str, ...]:
    """Return the places in ``value`` (one section of the settings) that no setting is read from."""
    return tuple(_unread(get_type_hints(Settings).get(section), value, section))


def _unread(form: object, value: object, place: str) -> Iterator[str]:
    inner = [each for each in get_args(form) if each not in (NoneType, Ellipsis)]
    if is_dataclass(form) and isinstance(form, type):
        yield from _unread_of_record(form, value, place)
    elif get_origin(form) is Mapping and isinstance(value, dict):
        for key, each in value.items():
            yield from _unread(inner[1], each, f"{place}.{key}")
    elif get_origin(form) is tuple and isinstance(value, list):
        for at, each in enumerate(value):
            yield from _unread(inner[0], each, f"{place}[{at}]")
    elif len(inner) == 1:  # X | None
        yield from _unread(inner[0], value, place)


def _unread_of_record(form: type, value: object, place: str) -> Iterator[str]:
    if not isinstance(value, dict):
        return
    hints = get_type_hints(form)
    known = {field.name.rstrip("_"): hints[field.name] for field in fields(form)}
    for key, each in cast(dict[str, object], value).items():
        if key not in known:
            yield f"{place}.{key}"
        else:
            yield from _unread(known[key], each, f"{place}.{key}")
