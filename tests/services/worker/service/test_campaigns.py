"""Campaigns from the plan to the follow-up: invitations, seats, attendance, calls."""

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from models.dates import BEIJING
from models.rules.messages.campaigns.invite import is_control
from models.rules.messages.campaigns.kinds import CampaignKind
from models.wire.commands import Envelope, FinishTask
from models.wire.service.teams.campaigns import (
    AnswerInvitation,
    CampaignCommand,
    CancelCampaign,
    ChangeCampaign,
    FinishFollowUp,
    HoldCampaign,
    InviteClients,
    PlanCampaign,
    RecordAttendance,
    SubmitCampaign,
)
from services.rules.loader import load_profile
from tests.support.night_firm import pairs
from tests.support.postgres import TODAY
from tests.support.service_work import Firm

ID = "CP1"
SETTINGS = load_profile(None).on(TODAY).campaigns
THAT_DAY = datetime(2023, 2, 3, 15, tzinfo=BEIJING)
PLAN = PlanCampaign(
    ID,
    CampaignKind.REPORT_MEETING,
    "春季报告会",
    "三楼",
    "phone",
    "2023-02-03T14:00:00.000+08:00",
    20,
)
CHANGE = ChangeCampaign(ID, "春季报告会", "四楼", "phone", PLAN.starts_at, 3)


def clients(manager: str, count: int) -> list[str]:
    """Clients of a manager of the demo firm who are not of the control group."""
    numbers = range(1, 25) if manager == "M001" else range(25, 61)
    mine = {"M001": 0, "M002": 1, "M003": 2}[manager]
    named = [f"C{n:06d}" for n in numbers if mine == 0 or 1 + n % 2 == mine]
    return [one for one in named if not is_control(SETTINGS, ID, one)][:count]


CONTROL = next(f"C{n:06d}" for n in range(1, 25) if is_control(SETTINGS, ID, f"C{n:06d}"))
A, B, C, D = clients("M001", 4)
[OTHERS] = clients("M002", 1)


async def do(firm: Firm, command: CampaignCommand, by: str = "M001", **changed: object) -> Envelope:
    told = {"manager_id": by, "key": ID} | changed
    return await firm.do(command, by, **told)


async def code(firm: Firm, command: CampaignCommand, by: str = "M001", **changed: object) -> str:
    return await firm.code(await do(firm, command, by, **changed))


async def consent(firm: Firm, *client_ids: str, form: str = "explicit", channel: str = "*") -> None:
    await firm.ask(
        "INSERT INTO consent (branch_id, consent_id, manager_id, client_id, purpose, channel,"
        " form, at) SELECT branch_id, $2 || client_id, manager_id, client_id, 'marketing', $3, $4,"
        " '2023-01-01T09:00:00.000+08:00' FROM client WHERE client_id = ANY ($1)",
        list(client_ids),
        f"{form}-{channel}-",
        channel,
        form,
    )


async def approved(firm: Firm, plan: PlanCampaign = PLAN) -> None:
    await do(firm, plan)
    asked = await do(firm, SubmitCampaign(ID))
    assert await firm.code(await firm.decide(asked, manager_id="BM01")) == "applied"


async def state(firm: Firm) -> tuple[object, ...]:
    [row] = await firm.ask("SELECT state, seats_taken FROM campaign WHERE campaign_id = $1", ID)
    return row


async def invitations(firm: Firm) -> dict[object, object]:
    query = "SELECT client_id, state FROM campaign_invitation WHERE campaign_id = $1"
    return pairs(await firm.ask(query, ID))


async def test_who_has_no_clients_plans_no_campaign(firm: Firm) -> None:
    assert await firm.code(await firm.do(PLAN, by="CO01")) == "CAMPAIGN_ROLE"


async def test_a_campaign_runs_from_plan_to_follow_up(firm: Firm) -> None:
    await consent(firm, A, B, C)
    await approved(firm)
    assert await state(firm) == ("approved", 0)
    assert await code(firm, InviteClients(ID, (A, B, C))) == "applied"
    assert await state(firm) == ("inviting", 3)
    assert await code(firm, AnswerInvitation(ID, A, "accepted", "phone")) == "applied"
    assert await code(firm, AnswerInvitation(ID, C, "declined", "im")) == "applied"
    assert await state(firm) == ("inviting", 2)
    assert await code(firm, HoldCampaign(ID)) == "CAMPAIGN_NOT_YET"
    assert await code(firm, HoldCampaign(ID), at=THAT_DAY) == "applied"
    assert await code(firm, FinishFollowUp(ID), at=THAT_DAY) == "CAMPAIGN_OPEN_FOLLOW_UP"
    assert await code(firm, RecordAttendance(ID, (A,), (B,)), at=THAT_DAY) == "applied"
    assert await invitations(firm) == {A: "attended", B: "absent", C: "declined"}
    tasks = await firm.ask(
        "SELECT client_id, manager_id, left(due_at, 10) FROM task"
        " WHERE kind = 'campaign_follow_up' ORDER BY 3"
    )
    assert tasks == [(A, "M001", "2023-02-06"), (B, "M001", "2023-02-10")]
    assert await code(firm, FinishFollowUp(ID), at=THAT_DAY) == "CAMPAIGN_OPEN_FOLLOW_UP"
    for client_id in (A, B):
        done = FinishTask(f"follow-up-{ID}-{client_id}", "done", "已回访")
        await firm.do(done, key=client_id)
    assert await code(firm, FinishFollowUp(ID), at=THAT_DAY) == "applied"
    assert await state(firm) == ("followed_up", 2)


async def test_attendance_is_a_contact_and_the_timeline_tells_the_story(firm: Firm) -> None:
    await consent(firm, A)
    await approved(firm)
    await do(firm, InviteClients(ID, (A,)))
    await do(firm, AnswerInvitation(ID, A, "accepted", "phone"))
    await do(firm, HoldCampaign(ID), at=THAT_DAY)
    await do(firm, RecordAttendance(ID, (A,), ()), at=THAT_DAY)
    contact = "SELECT client_id, channel, happened_at FROM contact WHERE contact_id ~ '^campaign'"
    assert await firm.ask(contact) == [(A, "meeting", PLAN.starts_at)]
    last = "SELECT last_contact_at FROM client WHERE client_id = $1"
    assert await firm.ask(last, A) == [(PLAN.starts_at,)]
    told = "SELECT title FROM timeline WHERE client_id = $1 AND kind = 'campaign' ORDER BY 1"
    assert [row[0] for row in await firm.ask(told, A)] == [
        "参加活动:春季报告会",
        "接受活动邀请:春季报告会",
        "邀请参加活动:春季报告会",
    ]
    again = await code(firm, RecordAttendance(ID, (A,), ()), at=THAT_DAY)
    assert again == "INVITATION_STATE"
    audited = "SELECT DISTINCT action FROM audit_entry WHERE subject = $1 ORDER BY 1"
    assert ("record_attendance",) in await firm.ask(audited, ID)


async def test_each_client_is_judged_for_himself_and_the_refused_are_told(firm: Firm) -> None:
    await consent(firm, A, CONTROL, OTHERS)
    await consent(firm, C, channel="sms")  # not the channel of the invitation
    await consent(firm, D)
    await consent(firm, D, form="withdrawn", channel="phone")
    await approved(firm)
    sent = await do(firm, InviteClients(ID, (A, B, C, D, CONTROL, OTHERS)))
    assert await firm.code(sent) == "applied"
    assert await invitations(firm) == {A: "invited"}
    [(body,)] = await firm.ask(
        "SELECT body FROM task WHERE task_id = $1", f"uninvited-{sent.command_id}"
    )
    for client_id, reason in (
        (B, "NO_CONSENT"),
        (C, "NO_CONSENT"),
        (D, "OPTED_OUT"),
        (CONTROL, "CAMPAIGN_CONTROL"),
        (OTHERS, "CLIENT_NOT_FOUND"),
    ):
        told = next(part for part in str(body).split(";") if part.startswith(client_id))
        assert told.endswith(f"({reason})")
    again = await do(firm, InviteClients(ID, (A,)))
    assert await firm.code(again) == "CAMPAIGN_NOBODY"
    refused = "SELECT body FROM task WHERE task_id = $1"
    [(body,)] = await firm.ask(refused, f"refused-{again.command_id}")
    assert "CAMPAIGN_INVITED" in str(body)


async def test_a_strategy_seminar_is_for_platinum_clients_alone(firm: Firm) -> None:
    await consent(firm, A, B)
    await firm.ask("UPDATE client SET tier = 'platinum' WHERE client_id = $1", A)
    await firm.ask("UPDATE client SET tier = 'gold' WHERE client_id = $1", B)
    await approved(firm, replace(PLAN, kind=CampaignKind.STRATEGY_SEMINAR))
    sent = await do(firm, InviteClients(ID, (A, B)))
    assert await invitations(firm) == {A: "invited"}
    told = "SELECT body FROM task WHERE task_id = $1"
    [(body,)] = await firm.ask(told, f"uninvited-{sent.command_id}")
    assert "NOT_ENTITLED" in str(body)


async def test_the_hall_is_never_overfull_whoever_comes_later_is_told(firm: Firm) -> None:
    """Two desks that invited offline: the later one gets what is left."""
    await consent(firm, A, B, C, OTHERS)
    await approved(firm, replace(PLAN, capacity=2))
    assert await code(firm, InviteClients(ID, (A, B, C))) == "applied"
    late = await do(firm, InviteClients(ID, (OTHERS,)), "M002")
    assert await firm.code(late) == "CAMPAIGN_NOBODY"
    told = "SELECT manager_id, body FROM task WHERE task_id = $1"
    [(manager, body)] = await firm.ask(told, f"refused-{late.command_id}")
    assert (manager, "CAMPAIGN_FULL" in str(body)) == ("M002", True)
    assert await state(firm) == ("inviting", 2)
    await do(firm, AnswerInvitation(ID, A, "declined", "phone"))
    assert await code(firm, InviteClients(ID, (OTHERS,)), "M002") == "applied"
    assert await state(firm) == ("inviting", 2)


async def test_who_was_invited_is_told_when_it_is_cancelled(firm: Firm) -> None:
    await consent(firm, A, B, OTHERS)
    await approved(firm)
    await do(firm, InviteClients(ID, (A, B)))
    await do(firm, InviteClients(ID, (OTHERS,)), "M002")
    await do(firm, AnswerInvitation(ID, B, "declined", "phone"))
    assert await code(firm, CancelCampaign(ID, " ")) == "REASON_MISSING"
    assert await code(firm, CancelCampaign(ID, "讲师生病"), "M002") == "CAMPAIGN_OTHERS"
    assert await code(firm, CancelCampaign(ID, "讲师生病"), "BM01") == "applied"
    assert await state(firm) == ("cancelled", 0)
    assert await invitations(firm) == {A: "withdrawn", B: "declined", OTHERS: "withdrawn"}
    tasks = "SELECT manager_id, client_id, body FROM task WHERE kind = 'campaign_cancelled'"
    assert sorted(await firm.ask(tasks)) == [
        ("M001", A, "讲师生病"),
        ("M002", OTHERS, "讲师生病"),
    ]
    assert await code(firm, InviteClients(ID, (C,))) == "CAMPAIGN_STATE"


async def test_only_a_draft_is_changed_and_only_by_its_planner(firm: Firm) -> None:
    await do(firm, PLAN)
    assert await code(firm, PLAN) == "DUPLICATE"
    assert await code(firm, CHANGE, "M002") == "CAMPAIGN_OTHERS"
    assert await code(firm, CHANGE, expected_version=9) == "VERSION_CONFLICT"
    assert await code(firm, CHANGE, expected_version=1) == "applied"
    assert await firm.ask(
        "SELECT place, capacity, version FROM campaign WHERE campaign_id = $1", ID
    ) == [("四楼", 3, 2)]
    await do(firm, SubmitCampaign(ID))
    assert await code(firm, CHANGE) == "CAMPAIGN_STATE"
    assert await code(firm, SubmitCampaign(ID)) == "CAMPAIGN_STATE"
    assert await code(firm, InviteClients(ID, (A,))) == "CAMPAIGN_STATE"


async def test_what_is_not_approved_is_a_draft_again(firm: Firm) -> None:
    await do(firm, PLAN)
    asked = await do(firm, SubmitCampaign(ID))
    assert await firm.code(await firm.decide(asked, by="M001")) == "MAKER_IS_CHECKER"
    await firm.decide(asked, "refuse", manager_id="BM01")
    assert await state(firm) == ("draft", 0)
    assert await code(firm, CHANGE) == "applied"


async def test_an_approval_comes_too_late_on_the_day_of_the_event(firm: Firm) -> None:
    await do(firm, PLAN)
    asked = await do(firm, SubmitCampaign(ID))
    late = await firm.decide(asked, manager_id="BM01", at=THAT_DAY)
    assert await firm.code(late) == "APPROVAL_STALE"
    assert await state(firm) == ("in_review", 0)


@pytest.fixture(autouse=True)
async def without_demo_consent(firm: Firm) -> None:
    """Nobody has agreed to anything yet."""
    await firm.ask("DELETE FROM consent")


@pytest.mark.parametrize(
    ("plan", "reason"),
    [
        (replace(PLAN, title=" "), "CAMPAIGN_INVALID"),
        (replace(PLAN, capacity=0), "CAMPAIGN_INVALID"),
        (replace(PLAN, channel="*"), "CAMPAIGN_INVALID"),
        (replace(PLAN, starts_at="2023-02-01T10:00:00.000+08:00"), "CAMPAIGN_IN_THE_PAST"),
        (replace(PLAN, starts_at="tomorrow"), "DATE_INVALID"),
    ],
)
async def test_a_plan_says_what_it_must(firm: Firm, plan: PlanCampaign, reason: str) -> None:
    assert await code(firm, plan) == reason


async def test_nothing_is_submitted_or_invited_without_settings(firm: Firm) -> None:
    await consent(firm, A)
    await approved(firm)
    await firm.ask("DELETE FROM firm_setting WHERE name = 'campaigns'")
    assert await code(firm, InviteClients(ID, (A,))) == "CAMPAIGN_NOT_CONFIGURED"
    await do(firm, replace(PLAN, campaign_id="CP2"))
    assert await code(firm, SubmitCampaign("CP2"), key="CP2") == "CAMPAIGN_NOT_CONFIGURED"


async def test_nobody_is_invited_when_it_has_begun(firm: Firm) -> None:
    await consent(firm, A)
    await approved(firm)
    begun = datetime.fromisoformat(PLAN.starts_at) + timedelta(seconds=1)
    assert await code(firm, InviteClients(ID, (A,)), at=begun) == "CAMPAIGN_IN_THE_PAST"
    assert await code(firm, InviteClients(ID, ())) == "CLIENTS_INVALID"
    assert await code(firm, InviteClients("CP9", (A,))) == "CAMPAIGN_NOT_FOUND"
