"""Compares an answer with the part of it that a case file expects."""

from decimal import Decimal, InvalidOperation


def differences(expected: object, found: object, place: str = "result") -> list[str]:
    """Return where ``found`` lacks what is expected; a ``…_set`` may be in any order."""
    if isinstance(expected, dict):
        return _object_differences(expected, found, place)
    if isinstance(expected, list):
        if not isinstance(found, list) or len(found) != len(expected):
            return [f"{place}: {found!r}, not {expected!r}"]
        pairs = enumerate(zip(expected, found, strict=True))
        return [d for at, (e, f) in pairs for d in differences(e, f, f"{place}[{at}]")]
    return [] if _is_same(expected, found) else [f"{place}: {found!r}, not {expected!r}"]


def _object_differences(expected: dict[str, object], found: object, place: str) -> list[str]:
    if not isinstance(found, dict):
        return [f"{place}: {found!r} is no object"]
    wrong: list[str] = []
    for key, value in expected.items():
        name = key.removesuffix("_set")
        if name != key and isinstance(value, list):
            wrong += _set_differences(value, found.get(name), f"{place}.{name}")
        else:
            wrong += differences(value, found.get(key), f"{place}.{key}")
    return wrong


def _set_differences(expected: list[object], found: object, place: str) -> list[str]:
    if not isinstance(found, list) or len(found) != len(expected):
        return [f"{place}: {found!r}, not {expected!r}"]
    left = list(found)
    for each in expected:
        match = next((item for item in left if not differences(each, item)), None)
        if match is None:
            return [f"{place}: {each!r} is not in {found!r}"]
        left.remove(match)
    return []


def _is_same(expected: object, found: object) -> bool:
    if isinstance(expected, bool) or isinstance(found, bool) or expected is None:
        return expected is found
    if expected == found:
        return True
    try:
        return Decimal(str(expected)) == Decimal(str(found))
    except InvalidOperation:
        return False
