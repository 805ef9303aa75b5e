"""Turns the text of vendor files into whole numbers: prices, sizes and times."""

from decimal import ROUND_HALF_EVEN, Decimal, DecimalException

from models.money import PRICE_UNITS_PER_YUAN

_FRACTION_DIGITS = 4
_TIME_DIGITS = 9
_MS_PER_SECOND = 1_000


def word_of_text(text: str) -> str:
    """Return a letter or number of a code list: no spaces, no decimals that a spreadsheet added."""
    return text.strip().removesuffix(".0")


def units_of_text(text: str) -> int:
    """Return yuan as price units; binary-float noise beyond 0.0001 is rounded off.

    Raises ValueError when the text is not a number. An empty field is 0.
    """
    if not text:
        return 0
    whole, _, fraction = text.partition(".")
    if (
        len(fraction) <= _FRACTION_DIGITS
        and whole.isdigit()
        and (not fraction or fraction.isdigit())
    ):
        return int(whole) * PRICE_UNITS_PER_YUAN + int((fraction + "0000")[:_FRACTION_DIGITS])
    return _rounded(Decimal(PRICE_UNITS_PER_YUAN), text)


def whole_of_text(text: str) -> int:
    """Return a size or number that a vendor may have written with decimals.

    Raises ValueError when the text is not a number. An empty field is 0.
    """
    if not text:
        return 0
    return int(text) if text.isdigit() else _rounded(Decimal(1), text)


def _rounded(scale: Decimal, text: str) -> int:
    if text.isspace():  # an empty cell of a padded file
        return 0
    try:
        scaled = Decimal(text) * scale
        return int(scaled.quantize(Decimal(1), ROUND_HALF_EVEN))
    except DecimalException as fault:  # not a number, or one no computer can hold
        raise ValueError(f"not a number: {text[:40]!r}") from fault


def time_of_text(text: str) -> int:
    """Return milliseconds of the day from ``09:15:00.020``, with or without a date, or 91500020.

    Raises ValueError when the text is not a time of day, or empty.
    """
    clock = text.strip().rpartition("T")[2].rpartition(" ")[2]
    if not clock:
        raise ValueError("no time")
    if ":" in clock:
        hours, minutes, seconds = clock.split(":")
        second, _, fraction = seconds.partition(".")
        parts = (int(hours), int(minutes), int(second), int((fraction + "000")[:3]))
    else:
        digits = clock.removesuffix(".0").zfill(_TIME_DIGITS)[-_TIME_DIGITS:]
        parts = (int(digits[:2]), int(digits[2:4]), int(digits[4:6]), int(digits[6:]))
    return _milliseconds(*parts)


def _milliseconds(hours: int, minutes: int, seconds: int, ms: int) -> int:
    if not (0 <= hours < 24 and 0 <= minutes < 60 and 0 <= seconds < 60 and 0 <= ms < 1_000):
        raise ValueError(f"not a time of day: {hours}:{minutes}:{seconds}.{ms}")
    return ((hours * 60 + minutes) * 60 + seconds) * _MS_PER_SECOND + ms


def code_of_text(text: str) -> str:
    """Return the six digits of ``600519``, ``600519.SH`` or ``SH600519``; leading zeros restored.

    Raises ValueError when there are none.
    """
    word = word_of_text(text)
    digits = "".join(sign for sign in word if sign.isdecimal() and sign.isascii())
    if not digits or len(digits) > 6:
        raise ValueError(f"not a security code: {text!r}")
    return digits.zfill(6)
