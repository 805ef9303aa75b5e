"""Finds the handler of a command; a new kind of command has to be added here."""

from typing import assert_never

from models.wire.commands import (
    AcknowledgeAlert,
    DeskWorkCommand,
    FinishTask,
    LogContact,
    RecordDisplay,
    RecordInstruction,
    RecordOrder,
    WithdrawInstruction,
)
from models.wire.service.approvals import ApprovalCommand
from models.wire.service.clients import ClientCommand
from models.wire.service.files import FileCommand
from models.wire.service.plans import AgendaCommand, SegmentCommand
from models.wire.service.points import PointsCommand
from models.wire.service.products import ProductCommand
from models.wire.service.tasks import AddReminder, MoveTask
from models.wire.service.teams.calls import CallCommand
from models.wire.service.teams.campaigns import CampaignCommand
from models.wire.service.teams.questions import QuestionCommand
from models.wire.service.training import TrainingCommand
from models.wire.soundness import check_sound
from services.central.handlers.approvals.commands import apply_approval_command
from services.central.handlers.clients.commands import apply_client_command
from services.central.handlers.clients.log_contact import log_contact
from services.central.handlers.clients.record_display import record_display
from services.central.handlers.clients.teams.calls.commands import apply_call_command
from services.central.handlers.clients.teams.campaigns.commands import apply_campaign_command
from services.central.handlers.clients.teams.questions.commands import apply_question_command
from services.central.handlers.files.commands import apply_file_command
from services.central.handlers.orders.record_instruction import record_instruction
from services.central.handlers.orders.record_order import record_order
from services.central.handlers.orders.withdraw_instruction import withdraw_instruction
from services.central.handlers.points.commands import apply_points_command
from services.central.handlers.products.commands import apply_product_command
from services.central.handlers.tasks.acknowledge_alert import acknowledge_alert
from services.central.handlers.tasks.agenda import apply_agenda_command
from services.central.handlers.tasks.finish_task import finish_task
from services.central.handlers.tasks.reminders import add_reminder, move_task
from services.central.handlers.tasks.segments import apply_segment_command
from services.central.handlers.training.certified import require_certified
from services.central.handlers.training.commands import apply_training_command
from services.central.handlers.work import Work, require


async def apply_command(work: Work) -> None:
    """Do what the command says; Refused, or NotConfigured, when a rule says no."""
    await require_certified(work)
    command = work.envelope.command
    require(check_sound(command, work.now))
    if isinstance(command, DeskWorkCommand):
        await _apply_desk_work(work, command)
    elif isinstance(command, ApprovalCommand):
        await apply_approval_command(work, command)
    elif isinstance(command, ProductCommand):
        await apply_product_command(work, command)
    elif isinstance(command, PointsCommand):
        await apply_points_command(work, command)
    elif isinstance(command, ClientCommand):
        await apply_client_command(work, command)
    elif isinstance(command, CampaignCommand):
        await apply_campaign_command(work, command)
    elif isinstance(command, QuestionCommand):
        await apply_question_command(work, command)
    elif isinstance(command, CallCommand):
        await apply_call_command(work, command)
    elif isinstance(command, FileCommand):
        await apply_file_command(work, command)
    elif isinstance(command, TrainingCommand):
        await apply_training_command(work, command)
    elif isinstance(command, AddReminder):
        await add_reminder(work, command)
    elif isinstance(command, MoveTask):
        await move_task(work, command)
    elif isinstance(command, SegmentCommand):
        await apply_segment_command(work, command)
    elif isinstance(command, AgendaCommand):
        await apply_agenda_command(work, command)
    else:
        assert_never(command)


async def _apply_desk_work(work: Work, command: DeskWorkCommand) -> None:
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
