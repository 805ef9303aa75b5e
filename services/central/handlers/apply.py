"""Finds the handler of a command; a new kind of command has to be added here."""

from typing import assert_never

from models.wire.commands import (
    AcknowledgeAlert,
    FinishTask,
    LogContact,
    RecordDisplay,
    RecordInstruction,
    RecordOrder,
    WithdrawInstruction,
)
from services.central.handlers.acknowledge_alert import acknowledge_alert
from services.central.handlers.finish_task import finish_task
from services.central.handlers.log_contact import log_contact
from services.central.handlers.orders.record_order import record_order
from services.central.handlers.record_display import record_display
from services.central.handlers.record_instruction import record_instruction
from services.central.handlers.withdraw_instruction import withdraw_instruction
from services.central.handlers.work import Work

TITLES: dict[str, str] = {
    "log_contact": "联系记录",
    "record_instruction": "客户指令",
    "withdraw_instruction": "撤回指令",
    "record_order": "委托回报",
    "acknowledge_alert": "预警处理",
    "finish_task": "任务办结",
    "record_display": "二级行情展示",
}


async def apply_command(work: Work) -> None:
    """Do what the command says; Refused, or NotConfigured, when a rule says no."""
    command = work.envelope.command
    match command:
        case LogContact():
            await log_contact(work, command)
        case RecordInstruction():
            await record_instruction(work, command)
        case WithdrawInstruction():
            await withdraw_instruction(work, command)
        case RecordOrder():
            await record_order(work, command)
        case AcknowledgeAlert():
            await acknowledge_alert(work, command)
        case FinishTask():
            await finish_task(work, command)
        case RecordDisplay():
            await record_display(work, command)
        case _:
            assert_never(command)
