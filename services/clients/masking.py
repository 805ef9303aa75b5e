"""Hides personal data by the convention of rules_eval § 10: what is not kept becomes a star."""

_STAR = "*"


def mask_mobile(number: str) -> str:
    """138****5678: the first three and the last four stay."""
    return _mask(number, 3, 4)


def mask_id(number: str) -> str:
    """110101********1234: the first six and the last four stay."""
    return _mask(number, 6, 4)


def mask_account(number: str) -> str:
    """The last four stay."""
    return _mask(number, 0, 4)


def mask_birthday(day: str) -> str:
    """1980-**-**: the year stays."""
    return day[:4] + "".join(c if c == "-" else _STAR for c in day[4:])


def _mask(text: str, head: int, tail: int) -> str:
    if len(text) <= head + tail:
        return _STAR * len(text)
    return text[:head] + _STAR * (len(text) - head - tail) + text[-tail:]
