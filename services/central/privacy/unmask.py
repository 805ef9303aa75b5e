"""One look at a personal field in clear: the reason is in the audit trail before the value is out.

Two transactions: the first writes the entry, the second reads the value, and the database gives it
only when the first is committed.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from models.dates import moment_text
from models.errors import ExpectedFailure
from services.central.privacy.refusals import refusals
from services.central.session import Actor, acting

_ASK = text("SELECT ask_unmask(:branch_id, :client_id, :field, :reason, :at)")
_ASK_GRANTED = text(
    "SELECT client_id, unmasking_id FROM ask_unmask_granted(:branch_id, :approval_id, :at)"
)
_REVEAL = text("SELECT reveal(:branch_id, :unmasking_id)")

_TITLE = "不能查看明文"
_ADVICE = {
    "UNMASK_REASON_MISSING": "请写明查看理由",
    "UNMASK_NOT_ALLOWED": "您的岗位不能查看这一项",
    "CLIENT_NOT_FOUND": "该客户不在您可查看的范围内",
}


@dataclass(frozen=True, slots=True)
class Look:
    """Which field of which client, and why."""

    branch_id: str
    client_id: str
    field: str  # name, mobile, id_no, birthday
    reason: str


async def unmask(engine: AsyncEngine, actor: Actor, look: Look, now: datetime) -> str:
    """Return the field in clear.

    Raises ExpectedFailure UNMASK_REASON_MISSING, UNMASK_NOT_ALLOWED or CLIENT_NOT_FOUND; a refused
    look leaves no value and no entry.
    """
    asked = {
        "branch_id": look.branch_id,
        "client_id": look.client_id,
        "field": look.field,
        "reason": look.reason,
        "at": moment_text(now),
    }
    with refusals(_TITLE, _ADVICE):
        async with acting(engine, actor) as connection:
            unmasking_id = await connection.scalar(_ASK, asked)
    return await _reveal(engine, actor, look.branch_id, str(unmasking_id))


async def unmask_granted(
    engine: AsyncEngine, actor: Actor, branch_id: str, approval_id: str, now: datetime
) -> dict[str, str]:
    """Return the approved field of all clients of an approval, each look logged by itself."""
    asked = {"branch_id": branch_id, "approval_id": approval_id, "at": moment_text(now)}
    async with acting(engine, actor) as connection:
        looks = (await connection.execute(_ASK_GRANTED, asked)).all()
    return {
        client_id: await _reveal(engine, actor, branch_id, unmasking_id)
        for client_id, unmasking_id in looks
    }


async def _reveal(engine: AsyncEngine, actor: Actor, branch_id: str, unmasking_id: str) -> str:
    asked = {"branch_id": branch_id, "unmasking_id": unmasking_id}
    async with acting(engine, actor) as connection:
        value = await connection.scalar(_REVEAL, asked)
    if value is None:  # handed over to somebody else between the two transactions
        raise _refused("CLIENT_NOT_FOUND")
    return str(value)


def _refused(code: str) -> ExpectedFailure:
    return ExpectedFailure(_TITLE, _ADVICE[code], code)
