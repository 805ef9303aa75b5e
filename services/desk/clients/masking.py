"""Hides personal data by the rules' convention; what is too short to be one is hidden whole."""

from models.rules.messages.mask import MaskKind, mask

_STAR = "*"
_MOBILE_SHOWN = 7
_ID_SHOWN = 10


def mask_mobile(number: str) -> str:
    """138****5678."""
    return mask(MaskKind.MOBILE, number) if len(number) > _MOBILE_SHOWN else _STAR * len(number)


def mask_id(number: str) -> str:
    """110101********1234."""
    return mask(MaskKind.ID_CARD, number) if len(number) > _ID_SHOWN else _STAR * len(number)


def mask_birthday(day: str) -> str:
    """1980-**-**: the year stays."""
    return day[:4] + "".join(c if c == "-" else _STAR for c in day[4:])
