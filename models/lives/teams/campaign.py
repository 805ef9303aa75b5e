"""A campaign or report meeting, and who was asked to it (features F26)."""

from enum import StrEnum


class CampaignState(StrEnum):
    """How far a campaign has come."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"  # waits for a second person
    APPROVED = "approved"
    INVITING = "inviting"  # the first invitation makes it this
    HELD = "held"
    FOLLOWED_UP = "followed_up"
    CLOSED = "closed"  # its effect is reckoned
    CANCELLED = "cancelled"


_C = CampaignState

CAMPAIGN_STEPS: dict[CampaignState, frozenset[CampaignState]] = {
    _C.DRAFT: frozenset({_C.IN_REVIEW, _C.CANCELLED}),
    _C.IN_REVIEW: frozenset({_C.DRAFT, _C.APPROVED}),
    _C.APPROVED: frozenset({_C.INVITING, _C.CANCELLED}),
    _C.INVITING: frozenset({_C.HELD, _C.CANCELLED}),
    _C.HELD: frozenset({_C.FOLLOWED_UP}),
    _C.FOLLOWED_UP: frozenset({_C.CLOSED}),
    _C.CLOSED: frozenset(),
    _C.CANCELLED: frozenset(),
}


class InvitationState(StrEnum):
    """What became of an invitation."""

    INVITED = "invited"
    DECLINED = "declined"
    ACCEPTED = "accepted"
    ATTENDED = "attended"
    ABSENT = "absent"
    WITHDRAWN = "withdrawn"  # the campaign was cancelled


_I = InvitationState

INVITATION_STEPS: dict[InvitationState, frozenset[InvitationState]] = {
    _I.INVITED: frozenset({_I.ACCEPTED, _I.DECLINED, _I.ATTENDED, _I.ABSENT, _I.WITHDRAWN}),
    _I.ACCEPTED: frozenset({_I.DECLINED, _I.ATTENDED, _I.ABSENT, _I.WITHDRAWN}),
    _I.DECLINED: frozenset(),
    _I.ATTENDED: frozenset(),
    _I.ABSENT: frozenset(),
    _I.WITHDRAWN: frozenset(),
}
# Who is still expected; with these and those who came or stayed away the seats are taken.
EXPECTED = frozenset({_I.INVITED, _I.ACCEPTED})
WITHOUT_SEAT = frozenset({_I.DECLINED, _I.WITHDRAWN})
