"""What a handler is given, how it says no, and the look-ups that all of them share."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import RowMapping, Table, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from models.dates import BEIJING, moment_text
from models.rules.decision import Decision
from models.tables.firm import CLIENT, PERSONAL
from models.wire.commands import Envelope
from models.wire.service.reasons import words_of
from services.central.session import Actor

ONE_DAY = timedelta(days=1)
_CLIENT_COLUMNS = [column for column in CLIENT.columns if column.name not in PERSONAL]


class Refused(Exception):
    """A rule says no: ``code`` is stable, ``message`` is what the manager reads."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Work:
    """One command in hand: the transaction acts for ``actor`` under row-level security."""

    connection: AsyncConnection
    envelope: Envelope
    now: datetime
    actor: Actor

    @property
    def branch_id(self) -> str:
        """Leading key of every row."""
        return self.envelope.branch_id

    @property
    def owner(self) -> dict[str, object]:
        """Branch and stream of the rows that the command makes."""
        return {"branch_id": self.branch_id, "manager_id": self.envelope.manager_id}

    @property
    def day(self) -> date:
        """Business day in Beijing."""
        return self.now.astimezone(BEIJING).date()


async def require_client(work: Work, client_id: str) -> RowMapping:
    """Return the client's row without personal data, locked to the end of the transaction.

    Rows that only refer to him, as a night's tasks do, may come meanwhile. Refused
    CLIENT_NOT_FOUND when the author may not see him.
    """
    query = (
        select(*_CLIENT_COLUMNS)
        .where(CLIENT.c.branch_id == work.branch_id, CLIENT.c.client_id == client_id)
        .where(CLIENT.c.manager_id == work.envelope.manager_id)
        .with_for_update(key_share=True)
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


def require(decision: Decision) -> None:
    """Refuse with the reason and the numbers of a rule that says no."""
    if not decision.ok:
        raise refusal(decision.reason, decision.numbers)


def refusal(reason: str, numbers: Mapping[str, object] | None = None) -> Refused:
    """Return the refusal for a reason code, in words, with the numbers behind it."""
    told = "、".join(
        f"{name} {_plain(value)}"
        for name, value in (numbers or {}).items()
        if value not in (None, ())
    )
    return Refused(reason, f"{words_of(reason)}({told})" if told else words_of(reason))


async def add_new(work: Work, table: Table, row: Mapping[str, object]) -> bool:
    """Add the row; False where one with its key is there, whether the author may see it or not."""
    adding = insert(table).values(row).on_conflict_do_nothing().returning(*table.primary_key)
    return (await work.connection.execute(adding)).one_or_none() is not None


async def add_once(work: Work, table: Table, row: Mapping[str, object]) -> None:
    """Add the row; Refused DUPLICATE where one with its key is there."""
    if not await add_new(work, table, row):
        raise refusal("DUPLICATE")


def now_text(work: Work) -> str:
    """Business time as the tables hold it."""
    return moment_text(work.now)


def _plain(value: object) -> str:
    if isinstance(value, tuple | list):
        return "/".join(str(each) for each in value)
    return str(value)
