"""What a handler is given, how it says no, and the look-ups that all of them share."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from models.tables.firm import CLIENT
from models.wire.commands import Envelope


class Refused(Exception):
    """A rule says no: ``code`` is stable, ``message`` is what the manager reads."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Work:
    """One command in hand: the transaction acts for its author under row-level security."""

    connection: AsyncConnection
    envelope: Envelope
    now: datetime

    @property
    def branch_id(self) -> str:
        """Leading key of every row."""
        return self.envelope.branch_id

    @property
    def owner(self) -> dict[str, object]:
        """Branch and stream of the rows that the command makes."""
        return {"branch_id": self.branch_id, "manager_id": self.envelope.manager_id}


async def require_client(work: Work, client_id: str) -> RowMapping:
    """Return the client's row, locked; Refused CLIENT_NOT_FOUND when the author may not see it."""
    query = (
        select(CLIENT)
        .where(CLIENT.c.branch_id == work.branch_id, CLIENT.c.client_id == client_id)
        .where(CLIENT.c.manager_id == work.envelope.manager_id)
        .with_for_update()
    )
    client = (await work.connection.execute(query)).mappings().one_or_none()
    if client is None:
        raise Refused("CLIENT_NOT_FOUND", f"客户 {client_id} 不在该经理名下")
    return client


def require_version(work: Work, found: int) -> None:
    """Refuse VERSION_CONFLICT when the author saw an older row; expected 0 = any."""
    expected = work.envelope.expected_version
    if expected and expected != found:
        raise Refused("VERSION_CONFLICT", f"资料已被他人修改(版本 {found},提交时为 {expected})")


def now_text(work: Work) -> str:
    """Business time as the tables hold it."""
    return work.now.isoformat(timespec="milliseconds")
