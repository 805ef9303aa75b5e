"""RecordReport: a copy for a client to take home; its hash is in the audit trail (F29).

The entry of the command tells mark, hash, period and reason, whether it is applied or refused.
"""

from sqlalchemy import select

from models.files.report.record import judge_record
from models.tables.service import HOUSEHOLD_MEMBER
from models.wire.service.clients import RecordReport
from services.central.handlers.timeline import tell_each
from services.central.handlers.work import Work, require, require_client
from services.central.privacy.consents import read_consents


async def record_report(work: Work, command: RecordReport) -> None:
    """Tell every client it speaks of; a household's needs the consent of all its members."""
    for client_id in sorted(set(command.client_ids)):
        await require_client(work, client_id)
    members = await _members(work, command.household_id)
    consents = await read_consents(work.connection, work.branch_id, members)
    require(judge_record(command, members, consents, work.now))
    shown = "明文" if command.clear else "脱敏"
    whose = "家庭报告" if command.household_id else "客户报告"
    title = (
        f"{whose} {command.period_from} 至 {command.period_to}"
        f"({command.form.upper()},{shown}),份号 CMW-{command.mark}"
    )
    await tell_each(work, sorted(command.client_ids), "report", title)


async def _members(work: Work, household_id: str) -> list[str]:
    member = HOUSEHOLD_MEMBER.c
    query = select(member.client_id).where(
        member.branch_id == work.branch_id,
        member.household_id == household_id,
        member.left_by == "",
    )
    return sorted((await work.connection.execute(query)).scalars()) if household_id else []
