"""ProposeSetting: one section of the firm's settings from a day on, under approval (F2, F27)."""

from dataclasses import fields
from datetime import date

import msgspec
from sqlalchemy import insert, select

from models.dates import day_of
from models.rules.basis.profile import Settings
from models.rules.basis.settings.words import ApprovalKind
from models.tables.grounds import FIRM_SETTING, WHOLE_FIRM
from models.wire.service.approvals import ProposeSetting
from services.central.handlers.approvals.request import Proposal, ask_approval
from services.central.handlers.firm_rules import read_dated
from services.central.handlers.work import Refused, Work
from services.rules.dated import in_force
from services.rules.profile import dated_profile
from services.rules.reading import BadInput
from services.rules.strict import unread_keys

_SECTIONS = frozenset(field.name for field in fields(Settings))


async def propose_setting(work: Work, command: ProposeSetting) -> None:
    """Ask for the setting; it is read as a profile is read before anybody is troubled with it."""
    day = await _judge(work, command)
    proposal = Proposal(
        kind=ApprovalKind.SETTING,
        client_id=None,
        title=f"设置 {command.name} 自 {command.effective_from} 起",
        before={command.name: await _value_on(work, command.name, day)},
        after={
            command.name: _decoded(command.value),
            "effective_from": command.effective_from,
        },
    )
    await ask_approval(work, proposal)


async def set_setting(held: Work, command: ProposeSetting, approval_id: str, checker: str) -> None:
    """Write the approved setting, unless its day has come in the meantime."""
    await _judge(held, command)
    row = {
        "branch_id": WHOLE_FIRM,
        "name": command.name,
        "effective_from": command.effective_from,
        "value": msgspec.json.encode(_decoded(command.value)).decode(),
        "approved_by": checker,
        "approval_id": approval_id,
    }
    await held.connection.execute(insert(FIRM_SETTING).values(row))


async def _judge(work: Work, command: ProposeSetting) -> date:
    if command.name not in _SECTIONS:
        raise Refused("SETTING_UNKNOWN", f"没有设置项 {command.name}")
    value = _decoded(command.value)
    unread = unread_keys(command.name, value)
    if unread:
        raise Refused("SETTING_INVALID", f"不认识的设置:{'、'.join(unread)}")
    try:
        dated_profile({command.name: value})
    except BadInput as fault:
        raise Refused("SETTING_INVALID", f"设置有误:{fault}") from fault
    day = day_of(command.effective_from)
    if await _is_taken(work, command):
        raise Refused("SETTING_EXISTS", f"{command.name} 在 {day} 已有一项设置")
    return day


def _decoded(value: str) -> object:
    try:
        return msgspec.json.decode(value)
    except msgspec.DecodeError as fault:
        raise Refused("SETTING_INVALID", "设置值不是 JSON") from fault


async def _is_taken(work: Work, command: ProposeSetting) -> bool:
    table = FIRM_SETTING.c
    query = select(table.name).where(
        table.branch_id == WHOLE_FIRM,
        table.name == command.name,
        table.effective_from == command.effective_from,
    )
    return (await work.connection.execute(query)).first() is not None


async def _value_on(work: Work, name: str, day: date) -> object:
    """What would hold on that day without the proposal; None = not configured."""
    value = in_force(await read_dated(work.connection), day).get(name)
    return None if value is None else msgspec.json.decode(value)
