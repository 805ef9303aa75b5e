"""What a person may ask central to change: typed, with an id, an author and an expected version."""

import msgspec

from models.trading.instruction import Instruction
from models.trading.order import Fill, Order
from models.wire.service.approvals import ApprovalCommand
from models.wire.service.clients import ClientCommand
from models.wire.service.files import FileCommand
from models.wire.service.plans import AgendaCommand, SegmentCommand
from models.wire.service.points import PointsCommand
from models.wire.service.products import ProductCommand
from models.wire.service.tasks import TaskCommand
from models.wire.service.teams.calls import CallCommand
from models.wire.service.teams.campaigns import CampaignCommand
from models.wire.service.teams.questions import QuestionCommand
from models.wire.service.training import TrainingCommand

APPLIED, REFUSED = "applied", "refused"  # what became of a command


class LogContact(msgspec.Struct, frozen=True, tag="log_contact"):
    """Add a contact to the client's timeline; sets his last contact."""

    contact_id: str
    client_id: str
    channel: str
    direction: str
    summary: str
    happened_at: str


class RecordInstruction(msgspec.Struct, frozen=True, tag="record_instruction"):
    """Store what the client instructed, with its evidence."""

    instruction: Instruction


class WithdrawInstruction(msgspec.Struct, frozen=True, tag="withdraw_instruction"):
    """The client takes his instruction back."""

    instruction_id: str
    client_id: str
    withdrawn_at: str


class RecordOrder(msgspec.Struct, frozen=True, tag="record_order"):
    """Bring one step of an order up to central.

    ``ledger`` and ``number`` are the engine's event: central keeps the newest step, whatever the
    order of arrival, and counts each fill once by its ``fill_id``: holdings, cash, commission and
    points change with it.
    """

    ledger: str
    number: int
    order: Order
    fill: Fill | None = None


class AcknowledgeAlert(msgspec.Struct, frozen=True, tag="acknowledge_alert"):
    """A manager took note of an alert; stored as a done task about it."""

    alert_id: str
    client_id: str
    title: str
    note: str
    at: str


class FinishTask(msgspec.Struct, frozen=True, tag="finish_task"):
    """Close a task as ``done`` or ``dismissed``."""

    task_id: str
    state: str
    note: str


class RecordDisplay(msgspec.Struct, frozen=True, tag="record_display"):
    """Level-2 quotes were shown: to a client by his product, or to the author alone ("" client).

    It changes nothing; the audit trail keeps it (market-rules § 2.8).
    """

    client_id: str
    via: str
    shown_at: str


DeskWorkCommand = (
    LogContact
    | RecordInstruction
    | WithdrawInstruction
    | RecordOrder
    | AcknowledgeAlert
    | FinishTask
    | RecordDisplay
)
# What a person does for a client beside trading: a desk judges it before it is queued.
ServiceCommand = (
    LogContact
    | FinishTask
    | ApprovalCommand
    | ProductCommand
    | PointsCommand
    | ClientCommand
    | CampaignCommand
    | QuestionCommand
    | CallCommand
    | TaskCommand
    | TrainingCommand
    | SegmentCommand
    | AgendaCommand
)
Command = (
    DeskWorkCommand
    | ApprovalCommand
    | ProductCommand
    | PointsCommand
    | ClientCommand
    | CampaignCommand
    | QuestionCommand
    | CallCommand
    | TaskCommand
    | SegmentCommand
    | AgendaCommand
    | FileCommand
    | TrainingCommand
)


class Head(msgspec.Struct, frozen=True):
    """What has to be known of a command on its way, whatever it is.

    ``key`` is the client it is about: commands of one key are applied in the order in which they
    came (``sequence`` of this desk).
    """

    command_id: str
    branch_id: str
    manager_id: str
    author: str
    desk: str
    sequence: int
    key: str


class Envelope(Head, frozen=True):
    """A whole command on its way up; ``expected_version`` 0 = any."""

    expected_version: int
    created_at: str
    command: Command
