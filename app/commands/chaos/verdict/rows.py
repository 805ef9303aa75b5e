"""Every row that commands make is there, once, and none that a refused command would have made."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import get_args

from app.commands.chaos.acts.acts import ASKING
from app.commands.chaos.stage.process import Broken
from app.commands.chaos.stage.server import Server
from app.commands.chaos.verdict.story import Story
from app.commands.chaos.verdict.timeline import may_be_entry, timeline_names
from models.lives.approval import ApprovalState
from models.rules.basis.settings.words import Sms
from models.wire.commands import (
    APPLIED,
    AcknowledgeAlert,
    LogContact,
    RecordInstruction,
    RecordOrder,
)
from models.wire.service.approvals import GrantTier, ProposeSetting, RequestUnmask
from models.wire.service.clients import (
    EditContact,
    FormHousehold,
    HandOverClients,
    MergeHouseholds,
    RecordConsent,
    RecordRiskTest,
    RelateClients,
    SplitHousehold,
)
from models.wire.service.files import RequestImport
from models.wire.service.plans import DismissAgenda, SaveSegment, SnoozeAgenda
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
    ChangeBaseRate,
    CorrectFee,
    RequestRateException,
    SubmitApplication,
    SubscribeSms,
)
from models.wire.service.tasks import AddReminder
from models.wire.service.teams.calls import FinishCall
from models.wire.service.teams.campaigns import (
    CancelCampaign,
    InviteClients,
    PlanCampaign,
    RecordAttendance,
)
from models.wire.service.teams.questions import (
    AnswerQuestion,
    AskQuestion,
    QuestionCommand,
    RelayAnswer,
)
from models.wire.service.training import (
    AddQuestion,
    BeginExam,
    CompleteCourse,
    LoadBank,
    PublishCourse,
    RecordPractice,
    RevokeCertificate,
)

Names = Iterator[str]
_ON_QUESTIONS = get_args(QuestionCommand)
_CLOSED_BADLY = (ApprovalState.REFUSED, ApprovalState.EXPIRED)
_NIGHT_TASKS = (
    "'risk_test_expiry', 'subscription_expiry', 'grant_expiry', 'certificate_expiry',"
    " 'tier_review', 'fee_unknown', 'fee_unset'"
)

# By table: how a row is named, and which rows commands make.
_QUERIES = {
    "contact": "contact_id FROM contact",
    "contact_revision": "contact_id FROM contact_revision",
    "instruction": "instruction_id FROM instruction",
    "trade_order": "client_order_id FROM trade_order",
    "trade_fill": "fill_id FROM trade_fill",
    "application": "application_id FROM application",
    "consent": "consent_id FROM consent",
    "risk_test": "test_id FROM risk_test",
    "household": "DISTINCT household_id FROM household",  # who left it has it in his branch as well
    "household_member": "joined_by || ' ' || client_id FROM household_member",
    "relation": "relation_id FROM relation",
    "subscription": "subscription_id FROM subscription",
    "approval": "approval_id FROM approval",
    "held_command": "approval_id FROM held_command",
    "points_hold": "hold_id FROM points_hold",
    # what a night gives for loads follows from their commission
    "points_entry": "entry_id FROM points_entry p WHERE kind <> 'commission' AND NOT EXISTS"
    " (SELECT FROM commission_entry b WHERE b.source <> 'fill'"
    " AND b.entry_id = substr(p.entry_id, strpos(p.entry_id, '-') + 1))",
    "tier_grant": "grant_id FROM tier_grant",
    "client_rate": "approval_id FROM client_rate WHERE approval_id <> ''",
    "product_fee": "fee_id FROM product_fee",
    "rate_exception": "exception_id FROM rate_exception",
    "campaign": "campaign_id FROM campaign",
    "advisory_question": "question_id FROM advisory_question",
    "campaign_invitation": "campaign_id || ' ' || client_id FROM campaign_invitation",
    "firm_setting": "approval_id FROM firm_setting WHERE approval_id <> ''",
    "unmask_grant": "approval_id || ' ' || client_id FROM unmask_grant",
    "course_read": "staff_id || ' ' || course_id FROM course_read",
    "exam_attempt": "attempt_id FROM exam_attempt",
    "practice_record": "run_id FROM practice_record",
    "course": "approval_id FROM course WHERE approval_id <> ''",
    "question": "approval_id FROM question WHERE approval_id <> ''",
    "question_key": "approval_id FROM question_key WHERE approval_id <> ''",
    "task": f"task_id FROM task WHERE kind NOT IN ({_NIGHT_TASKS})",
    "segment": "segment_id FROM segment",
    "agenda_mark": "row_id FROM agenda_mark",
    "timeline": "entry_id FROM timeline WHERE author <> 'night' AND kind <> 'import'",
}

Present = dict[str, Counter[str]]


async def read_names(server: Server) -> Present:
    """How often each name is there now, by table."""
    return {
        table: Counter(row[0] for row in await server.ask(f"SELECT {query}"))
        for table, query in _QUERIES.items()
    }


async def check_rows(server: Server, before: Present, story: Story) -> None:
    """Broken names the first row too few or too many."""
    now = await read_names(server)
    for table, names in _NAMES.items():
        wanted, found = Counter(names(story)), now[table] - before[table]
        for name in sorted(wanted - found):
            raise Broken(f"{table} 少了 {name}:应有 {wanted[name]} 行,中心有 {found[name]} 行")
        for name in sorted(found - wanted):
            if not _MORE.get(table, _none)(name, story):
                raise Broken(f"{table} 多了 {name}:应有 {wanted[name]} 行,中心有 {found[name]} 行")


def _none(_: str, __: Story) -> bool:
    return False


def _subscriptions(story: Story) -> Names:
    yield from (one.subscription_id for _, one in story.applied(SubscribeSms))
    yield from (one.redemption_id for _, one in story.approved(RedeemPoints))
    for name in _begun_products(story):
        yield name
        yield from (f"{name}-{sms}" for sms in Sms)


def _begun_products(story: Story) -> Names:
    wanted = {one.application_id: one for _, one in story.applied(ApplyForProduct)}
    for _, submitted in story.approved(SubmitApplication):
        if wanted[submitted.application_id].action == "new":
            yield submitted.application_id


def _rates(story: Story) -> Names:
    yield from (name for name, _ in story.approved(ChangeBaseRate))
    wanted = {one.application_id: one for _, one in story.applied(ApplyForProduct)}
    for name, submitted in story.approved(SubmitApplication):
        if wanted[submitted.application_id].product != "D":  # it has an annual fee instead
            yield name


def _points(story: Story) -> Names:
    yield from (f"correction-{one.correction_id}" for _, one in story.approved(CorrectCommission))
    yield from (f"redemption-{name}" for name, _ in story.approved(RedeemPoints))
    yield from (f"upgrade-{name}" for name, _ in story.approved(UpgradeTier))
    yield from (f"suggestion-{one.suggestion_id}" for _, one in story.approved(AwardSuggestion))
    yield from (f"referral-{one.referred}" for _, one in story.approved(RecordReferral))
    yield from (f"loyalty-{one.client_id}-{one.on}" for _, one in story.applied(AwardLoyalty))


def _tasks(story: Story) -> Names:
    yield from (one.task_id for _, one in story.applied(AddReminder))
    yield from (f"question-{name}" for name, _ in story.applied(AnswerQuestion))
    yield from (f"revoked-{name}" for name, _ in story.applied(RevokeCertificate))
    yield from {f"alert-{one.alert_id}" for _, one in story.applied(AcknowledgeAlert)}
    yield from (f"refused-{name}" for name, one in story.told.items() if one.outcome != APPLIED)
    for _, seen in story.applied(RecordAttendance):
        guests = (*seen.attended, *seen.absent)
        yield from (f"follow-up-{seen.campaign_id}-{client_id}" for client_id in guests)
    for name, approval in story.approvals.items():
        if approval.state in _CLOSED_BADLY:
            yield f"approval-{name}"


def _read(story: Story) -> Names:
    for name, read in story.applied(CompleteCourse):
        yield f"{story.told[name].author} {read.course_id}"


def _taken_in(story: Story) -> Names:
    yield from (name for name, _ in story.approved(AddQuestion))
    for name, loaded in story.approved(LoadBank):
        yield from (name for _ in loaded.questions)


def _taught(story: Story) -> Names:
    yield from (name for name, _ in story.approved(PublishCourse))
    for name, loaded in story.approved(LoadBank):
        yield from (name for _ in loaded.courses)


def _members(story: Story) -> Names:
    for _, formed in story.applied(FormHousehold):
        yield from (f"{formed.household_id} {client_id}" for client_id in formed.client_ids)
    for _, split in story.applied(SplitHousehold):
        yield from (f"{split.change_id} {client_id}" for client_id in split.client_ids)


def _relations(story: Story) -> Names:
    names = [one.relation_id for _, one in story.applied(RelateClients)]
    names += [f"referral-{one.referred}" for _, one in story.approved(RecordReferral)]
    yield from 2 * names  # told from both sides


def _asked(story: Story) -> Names:
    yield from (name for name, _ in story.applied(*ASKING))
    for name, _ in story.applied(RequestImport):  # one that writes nothing asks nobody
        if name in story.approvals:
            yield name


def _unmasked(story: Story) -> Names:
    for name, one in story.approved(RequestUnmask):
        yield from (f"{name} {client_id}" for client_id in one.client_ids)


def _orders(story: Story) -> Names:
    yield from {one.order.client_order_id for _, one in story.applied(RecordOrder)}


def _fills(story: Story) -> Names:
    yield from {one.fill.fill_id for _, one in story.applied(RecordOrder) if one.fill}


def _grants(story: Story) -> Names:
    yield from (one.grant_id for _, one in story.approved(GrantTier))
    yield from (one.upgrade_id for _, one in story.approved(UpgradeTier))


def _households(story: Story) -> Names:
    yield from (one.household_id for _, one in story.applied(FormHousehold))
    yield from (one.new_household_id for _, one in story.applied(SplitHousehold))


def _contacts(story: Story) -> Names:
    yield from (one.contact_id for _, one in story.applied(LogContact))
    yield from (one.contact_id for _, one in story.applied(RelayAnswer))
    for _, seen in story.applied(RecordAttendance):
        yield from (f"campaign-{seen.campaign_id}-{client_id}" for client_id in seen.attended)


def _nobody(_: Story) -> Names:
    return iter(())


def _marks(story: Story) -> Names:
    snoozed = {one.row_id for _, one in story.applied(SnoozeAgenda)}
    yield from snoozed | {one.row_id for _, one in story.applied(DismissAgenda)}


_NAMES: dict[str, Callable[[Story], Names]] = {
    "contact": _contacts,
    "advisory_question": lambda story: (one.question_id for _, one in story.applied(AskQuestion)),
    "campaign": lambda story: (one.campaign_id for _, one in story.applied(PlanCampaign)),
    "campaign_invitation": _nobody,  # by verdict.lives: who got a seat was told by central
    "contact_revision": lambda story: (one.contact_id for _, one in story.applied(EditContact)),
    "instruction": lambda story: (
        one.instruction.instruction_id for _, one in story.applied(RecordInstruction)
    ),
    "trade_order": _orders,
    "trade_fill": _fills,
    "application": lambda story: (one.application_id for _, one in story.applied(ApplyForProduct)),
    "consent": lambda story: (one.consent_id for _, one in story.applied(RecordConsent)),
    "risk_test": lambda story: (one.test_id for _, one in story.applied(RecordRiskTest)),
    "household": _households,
    "household_member": _members,
    "relation": _relations,
    "subscription": _subscriptions,
    "approval": _asked,
    "held_command": _asked,
    "points_hold": lambda story: (name for name, _ in story.applied(RedeemPoints, UpgradeTier)),
    "points_entry": _points,
    "tier_grant": _grants,
    "client_rate": _rates,
    "product_fee": lambda story: (
        f"correction-{one.correction_id}" for _, one in story.approved(CorrectFee)
    ),
    "rate_exception": lambda story: (
        one.exception_id for _, one in story.applied(RequestRateException)
    ),
    "firm_setting": lambda story: (name for name, _ in story.approved(ProposeSetting)),
    "unmask_grant": _unmasked,
    "course_read": _read,
    "exam_attempt": lambda story: (one.attempt_id for _, one in story.applied(BeginExam)),
    "practice_record": lambda story: (one.run_id for _, one in story.applied(RecordPractice)),
    "course": _taught,
    "question": _taken_in,
    "question_key": _taken_in,
    "task": _tasks,
    "segment": lambda story: iter({one.segment_id for _, one in story.applied(SaveSegment)}),
    "agenda_mark": _marks,
    "timeline": timeline_names,
}


def _may_be_task(name: str, story: Story) -> bool:
    """What a trade or a risk test asks people to look at depends on what else had come by then.

    So does who may decide an approval on its day.
    """
    kind, _, about = name.partition("-")
    if kind == "nobody":
        return about in story.approvals
    if kind == "call":  # what an agent left, verdict.teams; to call back whoever is not known
        of_call = about.removeprefix("back-").partition("-")[0]
        return of_call in {one.call_id for _, one in story.applied(FinishCall)}
    if kind == "question":  # to everybody at its desk, or by the clock
        of_command = about.partition("-")[0]
        return "-clock" in about or of_command in {one for one, _ in story.applied(*_ON_QUESTIONS)}
    if kind == "reconcile":
        return about in set(_fills(story))
    if kind == "uninvited":
        return about in {one for one, _ in story.applied(InviteClients)}
    if kind == "hand":  # to each of the managers: hand-over-<approval>-<person>
        return name.split("-")[2] in {one for one, _ in story.approved(HandOverClients)}
    if kind == "former":
        return about in set(_orders(story))
    if kind == "cancelled":
        off = {one.campaign_id for _, one in story.applied(CancelCampaign)}
        return about.partition("-")[0] in off
    tests = {name for name, _ in story.applied(RecordRiskTest)}
    return kind == "suitability" and about.rpartition("-")[0] in tests


def _may_be_member(name: str, story: Story) -> bool:
    return name.split()[0] in {one.change_id for _, one in story.applied(MergeHouseholds)}


def _may_be_subscription(name: str, story: Story) -> bool:
    """Paid days that wait while a product runs."""
    begun, _, rest = name.removesuffix("-rest").rpartition("-")
    return name.endswith("-rest") and rest in set(Sms) and begun in set(_begun_products(story))


def _may_be_points(name: str, _: Story) -> bool:
    """An anniversary that a night posted, or points that ran out in it."""
    return name.startswith(("loyalty-", "expiry-"))


def _may_be_invitation(name: str, story: Story) -> bool:
    campaign_id, client_id = name.split()
    asked = (one for _, one in story.applied(InviteClients) if one.campaign_id == campaign_id)
    return any(client_id in one.client_ids for one in asked)


def _may_be_contact(name: str, story: Story) -> bool:
    """A finished call of a caller who is known: verdict.teams.calls."""
    return name.removeprefix("call-") in {one.call_id for _, one in story.applied(FinishCall)}


_MORE: dict[str, Callable[[str, Story], bool]] = {
    "task": _may_be_task,
    "contact": _may_be_contact,
    "household_member": _may_be_member,
    "timeline": may_be_entry,
    "subscription": _may_be_subscription,
    "points_entry": _may_be_points,
    "campaign_invitation": _may_be_invitation,
}
