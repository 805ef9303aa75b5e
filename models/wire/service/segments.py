"""Commands about a person's saved segments (features F6)."""

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
