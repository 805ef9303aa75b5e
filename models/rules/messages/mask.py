"""What is shown of personal data (market-rules § 2.11)."""

from enum import StrEnum


class MaskKind(StrEnum):
    """What a value is."""

    MOBILE = "mobile"
    ID_CARD = "id_card"
    NAME = "name"
    ACCOUNT = "account"


# How many characters stay readable at the beginning and at the end.
_SHOWN = {
    MaskKind.MOBILE: (3, 4),
    MaskKind.ID_CARD: (6, 4),
    MaskKind.NAME: (1, 0),
    MaskKind.ACCOUNT: (0, 4),
}


def mask(kind: MaskKind, value: str) -> str:
    """Return ``value`` with every character but the first and last few as ``*``."""
    first, last = _SHOWN[kind]
    hidden = range(first, len(value) - last)
    return "".join("*" if at in hidden else character for at, character in enumerate(value))
