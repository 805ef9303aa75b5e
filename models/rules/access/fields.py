"""Which role sees which personal field of a client how (features F28); the same as ``field_rule``
in the database, held equal by a test."""

from dataclasses import dataclass
from enum import StrEnum

from models.clients.tier import Role


class Field(StrEnum):
    """A personal field."""

    NAME = "name"
    MOBILE = "mobile"
    ID_NO = "id_no"
    BIRTHDAY = "birthday"


class Shown(StrEnum):
    """How a field is shown without being asked for."""

    CLEAR = "clear"
    MASKED = "masked"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class FieldRule:
    """``may_unmask``: with a reason, which is logged first."""

    shown: Shown
    may_unmask: bool


_CLEAR, _HIDDEN = FieldRule(Shown.CLEAR, False), FieldRule(Shown.HIDDEN, False)
_ASK, _NEVER = FieldRule(Shown.MASKED, True), FieldRule(Shown.MASKED, False)
_OWN = {Field.NAME: _CLEAR, Field.MOBILE: _ASK, Field.ID_NO: _ASK, Field.BIRTHDAY: _ASK}
FIELD_RULES: dict[Role, dict[Field, FieldRule]] = {
    Role.MANAGER: _OWN,
    Role.BRANCH_MANAGER: _OWN,
    Role.ADVISER: _OWN | {Field.ID_NO: _HIDDEN, Field.BIRTHDAY: _HIDDEN},
    Role.CALL_CENTRE: _OWN | {Field.BIRTHDAY: _NEVER},
    Role.COMPLIANCE: _OWN | {Field.NAME: _ASK},
}
