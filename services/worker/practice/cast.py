"""Who works at a practice firm: the trainee, and two who are played; all are marked as 演练."""

from models.clients.tier import Role
from services.central.credentials import hash_passphrase
from services.central.demo.cast import FIRM, PASSPHRASE, Member
from services.central.demo.tables.row import Row

BRANCH, BRANCH_NAME = "YL01", "演练营业部(模拟)"
MARK = "(演练)"
COUNTER, CHECKER = "YL-COUNTER", "YL-CHECKER"
_SALT = b"practice-desk-01"


def people(trainee: str) -> tuple[Member, ...]:
    """The trainee under his own staff id, who notes what clients say, who decides."""
    return (
        Member(BRANCH, trainee, f"学员 {trainee}{MARK}", Role.MANAGER),
        Member(BRANCH, COUNTER, f"柜台与客服中心{MARK}", Role.BRANCH_MANAGER),
        Member(BRANCH, CHECKER, f"复核人{MARK}", Role.BRANCH_MANAGER),
    )


def staff_rows(trainee: str) -> list[Row]:
    """Rows of ``staff``."""
    return [
        {
            "branch_id": one.branch_id,
            "staff_id": one.staff_id,
            "manager_id": FIRM,
            "name": one.name,
            "role": one.role.value,
        }
        for one in people(trainee)
    ]


def credential_rows(trainee: str) -> list[Row]:
    """Rows of ``staff_credential``: nobody but the trainee can sign in."""
    hashed = hash_passphrase(PASSPHRASE, _SALT)
    return [{"branch_id": BRANCH, "staff_id": trainee, "passphrase_hash": hashed}]
