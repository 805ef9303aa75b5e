"""Shows a client's personal fields as the report's author may see them (market-rules § 2.11)."""

from collections.abc import Mapping

from models.clients.tier import Role
from models.rules.access.fields import FIELD_RULES, Field, Shown
from models.rules.messages.mask import MaskKind, mask
from services.desk.clients.masking import mask_birthday, mask_id, mask_mobile
from services.desk.storage.rows import Row

_MASKS = {
    Field.NAME: lambda value: mask(MaskKind.NAME, value),
    Field.MOBILE: mask_mobile,
    Field.ID_NO: mask_id,
    Field.BIRTHDAY: mask_birthday,
}


def shown_fields(role: Role, client: Row, clear: Mapping[Field, str]) -> dict[Field, str]:
    """Return the fields by the role's rules; ``clear`` holds those that were unmasked."""
    return {field: clear.get(field) or _shown(role, field, str(client[field])) for field in Field}


def mask_account(account: str) -> str:
    """Return the account with its last four characters."""
    return mask(MaskKind.ACCOUNT, account)


def _shown(role: Role, field: Field, value: str) -> str:
    rule = FIELD_RULES[role][field]
    if rule.shown is Shown.CLEAR:
        return value
    return _MASKS[field](value) if rule.shown is Shown.MASKED else ""
