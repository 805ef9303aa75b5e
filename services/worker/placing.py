"""Puts a command on the stream of its client's present manager, and says in whose name it works.

The desk may not have known who that is: a client who was handed over, a store that is still empty.
The author must be allowed to see the client. One who has handed him over is not, nor is anybody of
a branch that he has left; but what happened while he looked after him did happen, and an order of
his engine's did so at any time: such commands are applied in the name of the present manager, in
whatever branch.
"""

from dataclasses import dataclass

import msgspec
from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from models.clients.tier import Role
from models.dates import moment_of
from models.lives.task import TaskState
from models.tables.firm import CLIENT, TASK
from models.wire.commands import (
    Envelope,
    LogContact,
    RecordInstruction,
    RecordOrder,
    WithdrawInstruction,
)
from models.wire.service.clients import RecordConsent
from models.wire.service.reasons import words_of
from services.central.handlers.work import Refused, refusal
from services.central.session import Actor, at_work, become

_AT_ANY_TIME = (RecordOrder, WithdrawInstruction)
_BEFORE = (RecordInstruction, LogContact, RecordConsent)
_HANDED_OVER = text(
    "SELECT branch_id, manager_id, handed_at FROM handed_over(:branch_id, :client_id)"
)


@dataclass(frozen=True, slots=True)
class Placed:
    """A command on its stream; ``handed_at`` "" unless its author has handed the client over."""

    envelope: Envelope
    handed_at: str = ""

    @property
    def stands_for(self) -> Actor | None:
        """Whose rows a former manager's command changes; None = the author's own."""
        command = self.envelope.command
        if not self.handed_at:
            return None
        is_fact = isinstance(command, _AT_ANY_TIME) or (
            isinstance(command, _BEFORE)
            and moment_of(self.envelope.created_at) < moment_of(self.handed_at)
        )
        if not is_fact:
            return None
        return at_work(self.envelope.branch_id, self.envelope.manager_id, Role.MANAGER.value)

    def told(self, refusal: Refused) -> Refused:
        """Say of what is not found any more that its client was handed over."""
        if not self.handed_at or not refusal.code.endswith("_NOT_FOUND"):
            return refusal
        reason = "CLIENT_HANDED_OVER"
        return Refused(reason, f"{words_of(reason)}({self.envelope.key},{self.handed_at[:10]})")


async def place(connection: AsyncConnection, envelope: Envelope) -> Placed:
    """Return the command where it belongs; the transaction acts for its author.

    Refused CLIENT_HANDED_OVER where it would belong into another branch and is no fact. What is
    read of the client holds to its end (services.central.sync.turns).
    """
    query = select(CLIENT.c.manager_id).where(
        CLIENT.c.branch_id == envelope.branch_id, CLIENT.c.client_id == envelope.key
    )
    manager_id = await connection.scalar(query)
    if manager_id is not None:
        return Placed(msgspec.structs.replace(envelope, manager_id=manager_id))
    asked = {"branch_id": envelope.branch_id, "client_id": envelope.key}
    gone = (await connection.execute(_HANDED_OVER, asked)).one_or_none() if envelope.key else None
    if gone is None:
        return Placed(envelope)
    there = {"branch_id": gone.branch_id, "manager_id": gone.manager_id}
    placed = Placed(msgspec.structs.replace(envelope, **there), gone.handed_at)
    if gone.branch_id != envelope.branch_id and placed.stands_for is None:
        raise placed.told(refusal("CLIENT_NOT_FOUND"))  # nobody acts in a branch that is not his
    return placed


async def act_for(connection: AsyncConnection, placed: Placed) -> None:
    """Let the transaction, its author's, change the rows that the command belongs to."""
    present = placed.stands_for
    if present is not None:
        await become(connection, present)


async def warn_of_late_order(connection: AsyncConnection, placed: Placed) -> None:
    """An order that a former manager entered after the hand-over is counted, and told, once."""
    command = placed.envelope.command
    if not placed.handed_at or not isinstance(command, RecordOrder):
        return
    order = command.order
    if order.entered_at < placed.handed_at:
        return
    row = {
        "branch_id": placed.envelope.branch_id,
        "manager_id": placed.envelope.manager_id,
        "task_id": f"former-{order.client_order_id}",
        "client_id": order.client_id,
        "kind": "reconcile",
        "title": f"移交后仍由原客户经理 {placed.envelope.author} 录入的委托",
        "body": f"委托 {order.client_order_id}({order.symbol})已照实入账,请与原客户经理和客户核对",
        "due_at": order.entered_at,
        "state": TaskState.OPEN.value,
        "about": order.client_order_id,
    }
    await connection.execute(insert(TASK).values(row).on_conflict_do_nothing())
