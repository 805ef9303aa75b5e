"""RecordInstruction: what the client told us to do, with its evidence (market-rules § 2.9)."""

import msgspec
from sqlalchemy import select

from models.tables.firm import ACCOUNT, INSTRUCTION
from models.wire.commands import RecordInstruction
from services.central.handlers.work import Refused, Work, add_new, require_client


async def record_instruction(work: Work, command: RecordInstruction) -> None:
    """Store the instruction of a client of the author, once."""
    instruction = command.instruction
    if not instruction.evidence_ref:
        raise Refused("EVIDENCE_MISSING", "客户指令没有留痕编号")
    if instruction.quantity <= 0 or instruction.price_units <= 0:
        raise Refused("INSTRUCTION_INVALID", "指令的数量和价格必须大于零")
    await require_client(work, instruction.client_id)
    await require_account(work, instruction.client_id, instruction.account)
    row = work.owner | msgspec.structs.asdict(instruction)
    if not await add_new(work, INSTRUCTION, row):
        raise Refused("INSTRUCTION_EXISTS", f"指令 {instruction.instruction_id} 已经存在")


async def require_account(work: Work, client_id: str, account: str) -> None:
    """Refuse ACCOUNT_NOT_FOUND unless the account is the client's."""
    query = select(ACCOUNT.c.account).where(
        ACCOUNT.c.branch_id == work.branch_id,
        ACCOUNT.c.account == account,
        ACCOUNT.c.client_id == client_id,
    )
    if (await work.connection.execute(query)).first() is None:
        raise Refused("ACCOUNT_NOT_FOUND", f"账户 {account} 不属于客户 {client_id}")
