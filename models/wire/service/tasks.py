"""Commands about tasks and reminders (features F4)."""

import msgspec


class AddReminder(msgspec.Struct, frozen=True, tag="add_reminder"):
    """Remind the client's manager of something at a time."""

    task_id: str
    client_id: str
    title: str
    body: str
    due_at: str


class MoveTask(msgspec.Struct, frozen=True, tag="move_task"):
    """An open task is due at another time; a time that has passed makes it due at once."""

    task_id: str
    new_time: str


TaskCommand = AddReminder | MoveTask
