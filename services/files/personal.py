"""Reads what a file says of a person: name, mobile, identity number."""

import re
import unicodedata
from datetime import date

from services.files.fields import Unreadable

_MOST_NAME = 60
_NO_NAME = re.compile("^[=+\\-@\uff1d\uff0b\uff0d\uff20]|[*=@\uff1d\uff20\ufffd]")
_MOBILE = re.compile(r"1[0-9]{10}")
_MAINLAND = re.compile(r"[0-9]{17}[0-9X]")
_FORMER = re.compile(r"[0-9]{15}")
_FOREIGN = re.compile(r"(?=.*[A-Z])[A-Z0-9()]{5,20}")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"
_GENDERS = {"男": "男", "女": "女", "M": "男", "F": "女", "男性": "男", "女性": "女"}


def plain(text: str) -> str:
    """Return the text in narrow letters and digits, without spaces."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def read_name(text: str) -> str:
    """Return a name with single spaces; NAME_FORMAT."""
    name = " ".join(text.split())
    if len(name) > _MOST_NAME or _NO_NAME.search(name):
        raise Unreadable("NAME_FORMAT")
    return name


def read_mobile(text: str) -> str:
    """Return eleven digits; spaces, dashes and +86 are dropped. MOBILE_FORMAT."""
    digits = re.sub(r"^(\+86|0086)", "", plain(text).replace("-", ""))
    if not _MOBILE.fullmatch(digits):
        raise Unreadable("MOBILE_FORMAT")
    return digits


def read_id_no(text: str) -> str:
    """Return an identity number; a mainland one has to fit its check digit and name a day."""
    number = plain(text).upper()
    if _MAINLAND.fullmatch(number):
        if not _fits(number):
            raise Unreadable("ID_NO_CHECK")
        return number
    if len(number) == len(_WEIGHTS) + 1 or not (
        _FORMER.fullmatch(number) or _FOREIGN.fullmatch(number)
    ):
        raise Unreadable("ID_NO_FORMAT")
    return number


def read_gender(text: str) -> str:
    """Return 男 or 女; GENDER_INVALID."""
    gender = _GENDERS.get(plain(text).upper())
    if gender is None:
        raise Unreadable("GENDER_INVALID")
    return gender


def _fits(number: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return number[-1] == _CHECK_DIGITS[total % 11]
