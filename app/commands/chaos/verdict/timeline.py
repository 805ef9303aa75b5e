"""The entries that every client's timeline must have: what happened appears by itself."""

from collections.abc import Iterator

from app.commands.chaos.verdict.story import Story
from models.lives.approval import ApprovalState
from models.wire.service.approvals import ActivateMandate, GrantTier
from models.wire.service.clients import (
    EndRelation,
    FormHousehold,
    HandOverClients,
    MergeHouseholds,
    RecordConsent,
    RecordReport,
    RecordRiskTest,
    RelateClients,
    SplitHousehold,
    UndoHouseholdChange,
)
from models.wire.service.points import (
    AwardLoyalty,
    AwardSuggestion,
    CorrectCommission,
    RecordReferral,
    RedeemPoints,
    UpgradeTier,
)
from models.wire.service.products import (
    ApplyForProduct,
    CancelSubscription,
    ChangeBaseRate,
    CorrectFee,
    RequestRateException,
    RevokeRateException,
    SignApplication,
    SubmitApplication,
    SubscribeSms,
    WithdrawApplication,
)
from models.wire.service.teams.calls import FinishCall
from models.wire.service.teams.campaigns import (
    AnswerInvitation,
    CancelCampaign,
    InviteClients,
    RecordAttendance,
)
from models.wire.service.teams.questions import (
    AnswerQuestion,
    AskQuestion,
    EscalateQuestion,
    QuestionCommand,
    RelayAnswer,
    ReopenQuestion,
    WithdrawQuestion,
)

_AT_ONCE: dict[type, str] = {
    AnswerInvitation: "campaign",
    RecordConsent: "consent",
    RecordRiskTest: "risk_test",
    SubscribeSms: "subscription",
    CancelSubscription: "subscription",
    ApplyForProduct: "product",
    SignApplication: "product",
    WithdrawApplication: "product",
    AwardLoyalty: "points",
}
_WHEN_APPROVED: dict[type, str] = {
    AwardSuggestion: "points",
    RecordReferral: "points",
    CorrectCommission: "points",
    RedeemPoints: "points",
    UpgradeTier: "tier",
    GrantTier: "tier",
    ActivateMandate: "mandate",
    ChangeBaseRate: "rate",
    CorrectFee: "fee",
    RequestRateException: "rate",
    RevokeRateException: "rate",
    SubmitApplication: "product",
}


# Whom they move shows in the households only as they were then.
_OF_QUESTIONS: tuple[type[QuestionCommand], ...] = (
    AskQuestion,
    AnswerQuestion,
    EscalateQuestion,
    WithdrawQuestion,
    ReopenQuestion,
    RelayAnswer,
)
_MOVING = (MergeHouseholds, UndoHouseholdChange)


def timeline_names(story: Story) -> Iterator[str]:
    """Ids of all entries that commands make."""
    for kind, word in _AT_ONCE.items():
        yield from (f"{name}-{word}" for name, _ in story.applied(kind))
    for kind, word in _WHEN_APPROVED.items():
        yield from (f"{name}-{word}" for name, _ in story.approved(kind))
    for name, approval in story.approvals.items():
        if approval.client_id is not None:
            yield f"{name}-approval"
            if approval.state is not ApprovalState.PENDING:
                yield f"{name}-{approval.state}"
    for name, seen in story.applied(RecordAttendance):
        guests = (*seen.attended, *seen.absent)
        yield from (f"{name}-campaign-{client_id}" for client_id in guests)
    for name, given in story.approved(HandOverClients):
        yield from (f"{name}-hand_over-{client_id}" for client_id in given.client_ids)
    for name, made in story.applied(RecordReport):
        yield from (f"{name}-report-{client_id}" for client_id in made.client_ids)
    yield from _of_questions(story)
    yield from _of_families(story)


def may_be_entry(name: str, story: Story) -> bool:
    """Whom a merge or its undoing moved; who was invited, or was told that it is off."""
    if name.startswith("question-"):  # what the clock told
        return "-clock" in name
    if name.endswith("-call"):  # of a caller who is known: verdict.teams
        return name.removesuffix("-call") in {one for one, _ in story.applied(FinishCall)}
    command, kind, _ = (*name.split("-", 2), "", "")[:3]
    if kind == "campaign":
        left = {one for one, _ in story.approved(HandOverClients)}  # the campaign's branch
        return command in left | {one for one, _ in story.applied(InviteClients, CancelCampaign)}
    return kind == "household" and command in {one for one, _ in story.applied(*_MOVING)}


def _of_questions(story: Story) -> Iterator[str]:
    """What is done to a question stands on its client, where it has one."""
    general = {one.question_id for _, one in story.applied(AskQuestion) if not one.client_id}
    for name, one in story.applied(*_OF_QUESTIONS):
        if one.question_id not in general:
            yield f"{name}-question"


def _of_families(story: Story) -> Iterator[str]:
    for name, formed in story.applied(FormHousehold):
        yield from (f"{name}-household-{client_id}" for client_id in formed.client_ids)
    for name, split in story.applied(SplitHousehold):
        yield from (f"{name}-household-{client_id}" for client_id in split.client_ids)
    for name, brought in story.approved(RecordReferral):
        yield from (f"{name}-relation-{one}" for one in (brought.referrer, brought.referred))
    sides: dict[str, tuple[str, str]] = {}
    for name, one in story.applied(RelateClients):
        sides[one.relation_id] = (one.client_id, one.other_id)
        yield from (f"{name}-relation-{client_id}" for client_id in sides[one.relation_id])
    for name, ended in story.applied(EndRelation):
        yield from (f"{name}-relation-{client_id}" for client_id in sides[ended.relation_id])
