"""A manager's own plans: saved segments, rows of his agenda put off, dismissed, taken back."""

from app.commands.chaos.acts.turn import Draft, Thing, Turn
from models.wire.service.plans import (
    ChangeSegment,
    DeleteSegment,
    DismissAgenda,
    RestoreAgenda,
    SaveSegment,
    SnoozeAgenda,
)

_RULES = (
    '{"version":1,"part":{"type":"tier","tiers":["gold"]}}',
    '{"version":1,"part":{"type":"no_contact","days":30}}',
    '{"version":1,"part":{"type":"birthday","days":-1}}',  # refused
)
_MOST_ROWS = 3


def save_segment(turn: Turn) -> Draft:
    """Keep a rule, at times under an id that is there or was deleted."""
    known = turn.one_of(turn.memory.segments)
    name = turn.name("G") if known is None or turn.rng.random() < 0.5 else known.name
    turn.memory.segments.append(Thing(name, ""))
    return Draft(SaveSegment(name, f"分组 {turn.number}", turn.rng.choice(_RULES)), name)


def change_segment(turn: Turn) -> Draft | None:
    """Give one another name and rule."""
    known = turn.one_of(turn.memory.segments)
    if known is None:
        return None
    changed = ChangeSegment(known.name, f"分组 {turn.number}", turn.rng.choice(_RULES))
    return Draft(changed, known.name, turn.version())


def delete_segment(turn: Turn) -> Draft | None:
    """Put one away."""
    known = turn.one_of(turn.memory.segments)
    if known is None:
        return None
    return Draft(DeleteSegment(known.name), known.name, turn.version())


def snooze(turn: Turn) -> Draft:
    """Put a row off, at times to a moment that has passed."""
    client_id, later = turn.client.client_id, f"{turn.day(-1, 9)}T23:00:00.000+08:00"
    return Draft(SnoozeAgenda(_row(turn), client_id, later), client_id)


def dismiss(turn: Turn) -> Draft:
    """Say that nothing is to be done; without a reason it is refused."""
    client_id, reason = turn.client.client_id, turn.rng.choice(("已办", "已办", " "))
    return Draft(DismissAgenda(_row(turn), client_id, reason), client_id)


def restore(turn: Turn) -> Draft:
    """Take it back, at times what was never said."""
    client_id = turn.client.client_id
    return Draft(RestoreAgenda(_row(turn), client_id), client_id)


def _row(turn: Turn) -> str:
    return f"birthday:{turn.client.client_id}:{turn.rng.randint(1, _MOST_ROWS)}"
