"""WithdrawInstruction: the client takes back what he told us."""

from sqlalchemy import select, update

from models.tables.firm import INSTRUCTION
from models.wire.commands import WithdrawInstruction
from services.central.handlers.work import Refused, Work, require_version


async def withdraw_instruction(work: Work, command: WithdrawInstruction) -> None:
    """Mark the instruction as withdrawn; a second withdrawal is refused."""
    table = INSTRUCTION.c
    this = (
        table.branch_id == work.branch_id,
        table.instruction_id == command.instruction_id,
        table.client_id == command.client_id,
        table.manager_id == work.envelope.manager_id,
    )
    query = select(table.withdrawn_at, table.version).where(*this).with_for_update()
    found = (await work.connection.execute(query)).one_or_none()
    if found is None:
        raise Refused("INSTRUCTION_NOT_FOUND", f"没有指令 {command.instruction_id}")
    if found.withdrawn_at:
        raise Refused("INSTRUCTION_WITHDRAWN", f"指令已于 {found.withdrawn_at} 撤回")
    require_version(work, found.version)
    await work.connection.execute(
        update(INSTRUCTION)
        .where(*this)
        .values(withdrawn_at=command.withdrawn_at, version=table.version + 1)
    )
