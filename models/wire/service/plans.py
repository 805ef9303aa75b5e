"""Commands about what a person plans with: saved segments and rows of his agenda (features F4, F6).

Of the agenda each row is named by its row id; ``client_id`` "" = it is about no client.
"""

import msgspec

from models.clients.tier import Role

# Who has clients of his own, and so segments and an agenda.
PLAN_ROLES = frozenset({Role.MANAGER, Role.BRANCH_MANAGER})


class SaveSegment(msgspec.Struct, frozen=True, tag="save_segment"):
    """Keep a rule under a name; one that was deleted comes back by it."""

    segment_id: str
    name: str
    rule: str  # JSON of models.clients.segments.rule


class ChangeSegment(msgspec.Struct, frozen=True, tag="change_segment"):
    """Another name, another rule, or both."""

    segment_id: str
    name: str
    rule: str


class DeleteSegment(msgspec.Struct, frozen=True, tag="delete_segment"):
    """It is listed no more."""

    segment_id: str


SegmentCommand = SaveSegment | ChangeSegment | DeleteSegment


class SnoozeAgenda(msgspec.Struct, frozen=True, tag="snooze_agenda"):
    """The row comes back at a moment."""

    row_id: str
    client_id: str
    until: str


class DismissAgenda(msgspec.Struct, frozen=True, tag="dismiss_agenda"):
    """Nothing is to be done about it, for this reason; another event makes another row."""

    row_id: str
    client_id: str
    reason: str


class RestoreAgenda(msgspec.Struct, frozen=True, tag="restore_agenda"):
    """It stands again as if nothing had been said."""

    row_id: str
    client_id: str


AgendaCommand = SnoozeAgenda | DismissAgenda | RestoreAgenda
