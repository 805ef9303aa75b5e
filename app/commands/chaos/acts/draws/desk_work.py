"""A manager's day: contacts, instructions, alerts, tasks, displays of level 2."""

from app.commands.chaos.acts.turn import Draft, Thing, Turn
from models.trading.instruction import Instruction, InstructionChannel, PriceType
from models.trading.order import Side
from models.wire.commands import (
    AcknowledgeAlert,
    FinishTask,
    LogContact,
    RecordDisplay,
    RecordInstruction,
    WithdrawInstruction,
)
from models.wire.service.clients import EditContact
from models.wire.service.tasks import AddReminder, MoveTask

SYMBOLS = ("600519.SH", "601398.SH", "600036.SH", "000001.SZ")
_CHANNELS = ("phone", "im", "counter", "pigeon")  # the last is refused


def log_contact(turn: Turn) -> Draft:
    """Talk to the client."""
    name, client_id = turn.name("X"), turn.client.client_id
    turn.memory.contacts.append(Thing(name, client_id))
    summary = f"第 {turn.number} 次"
    contact = LogContact(name, client_id, "phone", "out", summary, turn.moment())
    return Draft(contact, client_id, turn.version())


def edit_contact(turn: Turn) -> Draft | None:
    """Put a contact's words right."""
    contact = turn.one_of(turn.memory.contacts)
    if contact is None:
        return None
    channel, summary = turn.rng.choice(_CHANNELS), f"改 {turn.number}"
    edited = EditContact(contact.name, contact.client_id, channel, "in", summary)
    return Draft(edited, contact.client_id, turn.version())


def instruct(turn: Turn) -> Draft:
    """Take an instruction; one for nothing at all is refused."""
    told = Instruction(
        instruction_id=turn.name("I"),
        client_id=turn.client.client_id,
        account=turn.client.account,
        day=turn.today.isoformat(),
        symbol=turn.rng.choice(SYMBOLS),
        side=turn.rng.choice(list(Side)),
        quantity=100 * turn.rng.randint(0, 9),
        price_units=10_000 * turn.rng.randint(1, 99),
        price_type=PriceType.LIMIT,
        channel=InstructionChannel.RECORDED_CALL,
        evidence_ref=f"REC-{turn.number}",
        read_back=True,
        identity_checked=True,
        recorded_by=turn.staff_id,
        recorded_at=turn.moment(),
    )
    turn.memory.instructions.append(Thing(told.instruction_id, told.client_id))
    return Draft(RecordInstruction(told), told.client_id)


def withdraw(turn: Turn) -> Draft | None:
    """Take an instruction back."""
    told = turn.one_of(turn.memory.instructions)
    if told is None:
        return None
    back = WithdrawInstruction(told.name, told.client_id, turn.moment())
    return Draft(back, told.client_id, turn.version())


def acknowledge(turn: Turn) -> Draft:
    """Take note of an alert, again and again of the same ones."""
    client_id = turn.client.client_id
    alert = f"A{turn.rng.randint(1, 9)}:{client_id}"
    noted = AcknowledgeAlert(alert, client_id, "预警", f"第 {turn.number} 次", turn.moment())
    return Draft(noted, client_id)


def show_level2(turn: Turn) -> Draft:
    """Show level 2 to a client, by a right that there may not be."""
    via = turn.rng.choice(("product", "staff", "favour"))
    return Draft(RecordDisplay(turn.client.client_id, via, turn.moment()), turn.client.client_id)


def remind(turn: Turn) -> Draft:
    """Add a reminder; one without a title is refused."""
    name, client_id = turn.name("R"), turn.client.client_id
    turn.memory.tasks.append(Thing(name, client_id))
    title = turn.rng.choice(("回访", "回访", "回访", " "))
    return Draft(AddReminder(name, client_id, title, "", turn.moment()), client_id)


def move_task(turn: Turn) -> Draft | None:
    """Put a task off."""
    task = turn.one_of(turn.memory.tasks)
    if task is None:
        return None
    later = turn.rng.choice((turn.moment(), f"{turn.day(1, 9)}T09:00:00.000+08:00", "明天"))
    return Draft(MoveTask(task.name, later), task.client_id, turn.version())


def finish_task(turn: Turn) -> Draft | None:
    """Close a task, at times one that is closed."""
    task = turn.one_of(turn.memory.tasks)
    if task is None:
        return None
    state = turn.rng.choice(("done", "done", "dismissed", "lost"))
    finished = FinishTask(task.name, state, f"第 {turn.number} 次")
    return Draft(finished, task.client_id, turn.version())
