"""The demo firm's people and branches; the second one is new and has no clients yet."""

from dataclasses import dataclass
from random import Random

from models.clients.tier import Role
from services.central.credentials import hash_passphrase

BRANCH, HEAD_OFFICE, FIRM = "B001", "HQ", "*"
NEW_BRANCH = "B002"
BRANCH_NAMES = {BRANCH: "上海徐家汇路证券营业部", NEW_BRANCH: "上海张江证券营业部"}
MANAGERS = ("M001", "M002", "M003")
PASSPHRASE = "demo"
_SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class Member:
    """One member of staff."""

    branch_id: str
    staff_id: str
    name: str
    role: Role


CAST = (
    Member(BRANCH, "M001", "林晓岚", Role.MANAGER),
    Member(BRANCH, "M002", "周启航", Role.MANAGER),
    Member(BRANCH, "M003", "沈佳宁", Role.MANAGER),
    Member(BRANCH, "BM01", "顾文涛", Role.BRANCH_MANAGER),
    Member(HEAD_OFFICE, "HQ01", "陆思远", Role.ADVISER),
    Member(HEAD_OFFICE, "CC01", "许静怡", Role.CALL_CENTRE),
    Member(HEAD_OFFICE, "CO01", "方志平", Role.COMPLIANCE),
    Member(NEW_BRANCH, "M011", "程若楠", Role.MANAGER),
    Member(NEW_BRANCH, "BM02", "韩启明", Role.BRANCH_MANAGER),
)


def staff_rows() -> list[dict[str, object]]:
    """Rows of ``staff``: the whole firm may read them."""
    return [
        {
            "branch_id": member.branch_id,
            "staff_id": member.staff_id,
            "manager_id": FIRM,
            "name": member.name,
            "role": member.role.value,
        }
        for member in CAST
    ]


def credential_rows(rng: Random) -> list[dict[str, object]]:
    """Rows of ``staff_credential``: everybody's passphrase is "demo"."""
    return [
        {
            "branch_id": member.branch_id,
            "staff_id": member.staff_id,
            "passphrase_hash": hash_passphrase(PASSPHRASE, rng.randbytes(_SALT_BYTES)),
        }
        for member in CAST
    ]
