"""Campaigns from desk to desk, through a real hub and worker: two desks that invite offline."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, Table, select

from models.errors import ExpectedFailure
from models.lives.approval import Verdict
from models.rules.messages.campaigns.invite import is_control
from models.rules.messages.campaigns.kinds import CampaignKind
from models.tables.campaigns import CAMPAIGN
from models.tables.firm import TASK
from models.tables.service import APPROVAL_QUEUE
from models.wire.service.approvals import DecideApproval
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
from services.desk.service.service_desk import ServiceDesk
from services.desk.storage.queries.teams.campaigns import (
    CampaignFile,
    read_campaign,
    read_campaigns,
)
from services.desk.storage.rows import Row
from services.rules.loader import load_profile
from tests.services.desk.sync.test_whole_circle import linked, nothing_open, stored, working
from tests.support.desk_data import Desk, open_desk
from tests.support.hub_desk import running_hub
from tests.support.postgres import TODAY
from tests.support.service_work import Firm, open_firm

ID = "CP1"
AT = "2023-02-01T20:00:00.000+08:00"
PLAN = PlanCampaign(ID, CampaignKind.REPORT_MEETING, "报告会", "三楼", "phone", AT, 3)
SETTINGS = load_profile(None).on(TODAY).campaigns
CONTROL = next(f"C{n:06d}" for n in range(1, 25) if is_control(SETTINGS, ID, f"C{n:06d}"))
A, B, C = [f"C{n:06d}" for n in range(1, 25) if not is_control(SETTINGS, ID, f"C{n:06d}")][:3]


@pytest.fixture
async def firm(demo_central: str) -> AsyncIterator[Firm]:
    """All clients but C have agreed to be called."""
    async with open_firm(demo_central) as opened:
        await opened.ask("DELETE FROM consent")
        await opened.ask(
            "INSERT INTO consent (branch_id, consent_id, manager_id, client_id, purpose, channel,"
            " form, at) SELECT branch_id, client_id, manager_id, client_id, 'marketing', '*',"
            " 'explicit', '2022-06-01T09:00:00.000+08:00' FROM client WHERE client_id <> $1",
            C,
        )
        yield opened


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    (tmp_path / "a").mkdir()
    async with open_desk(tmp_path / "a", branch_id="B001") as opened:
        yield opened


@pytest.fixture
async def other(tmp_path: Path) -> AsyncIterator[Desk]:
    """M002's desk."""
    (tmp_path / "b").mkdir()
    async with open_desk(tmp_path / "b", branch_id="B001", staff_id="M002") as opened:
        yield opened


@pytest.fixture
async def chief(tmp_path: Path) -> AsyncIterator[Desk]:
    """The branch manager's desk."""
    (tmp_path / "c").mkdir()
    async with open_desk(tmp_path / "c", branch_id="B001", staff_id="BM01") as opened:
        yield opened


def service_of(desk: Desk) -> ServiceDesk:
    return ServiceDesk(store=desk.store, outbox=desk.outbox, clock=desk.clock)


async def code(desk: Desk, command: CampaignCommand) -> str:
    """Why the desk refuses; "" = it is queued."""
    try:
        await service_of(desk).send(command)
    except ExpectedFailure as failure:
        return failure.code
    return ""


async def rows(desk: Desk, table: Table) -> list[Row]:
    return await desk.store.read(
        lambda c: [dict(row) for row in c.execute(select(table)).mappings()]
    )


async def campaign_file(desk: Desk) -> CampaignFile:
    found = await desk.store.read(lambda c: read_campaign(c, ID))
    assert found is not None
    return found


async def once_online(desk: Desk, port: int, staff_id: str = "M001") -> None:
    async with linked(desk, port, staff_id):
        await stored(desk, nothing_open)


async def in_step(desk: Desk, port: int, seats: int, state: str, staff_id: str = "M001") -> None:
    """Everything answered, and the branch's stream as far as this."""

    def is_there(connection: Connection) -> bool:
        found = read_campaign(connection, ID)
        has_come = found is not None and found.campaign["state"] == state
        return has_come and found is not None and found.seats_left == seats

    async with linked(desk, port, staff_id):
        await stored(desk, lambda c: nothing_open(c) and is_there(c))


@asynccontextmanager
async def central(firm: Firm) -> AsyncIterator[int]:
    async with running_hub(firm.url) as port, working(firm.url):
        yield port


async def approved(desk: Desk, chief: Desk, port: int) -> None:
    """Planned and submitted offline at one desk, agreed to at another."""
    for command in (PLAN, SubmitCampaign(ID)):
        assert await code(desk, command) == ""
    await once_online(desk, port)
    async with linked(chief, port, "BM01"):
        await stored(chief, lambda c: bool(c.execute(select(APPROVAL_QUEUE)).first()))
        [asked] = await rows(chief, APPROVAL_QUEUE)
        await service_of(chief).send(
            DecideApproval(str(asked["approval_id"]), Verdict.APPROVE, "同意")
        )
        await stored(chief, nothing_open)


async def test_of_two_desks_that_invite_offline_the_later_gets_what_is_left(
    firm: Firm, desk: Desk, other: Desk, chief: Desk
) -> None:
    async with central(firm) as port:
        await once_online(desk, port)
        await approved(desk, chief, port)
        await in_step(desk, port, 3, "approved")
        await in_step(other, port, 3, "approved", "M002")
        theirs = [
            str(one)
            for (one,) in await firm.ask(
                "SELECT client_id FROM client WHERE manager_id = 'M002' ORDER BY 1"
            )
        ]
        free = [one for one in theirs if not is_control(SETTINGS, ID, one)][:3]
        assert await code(desk, InviteClients(ID, (A, B))) == ""
        assert await code(other, InviteClients(ID, tuple(free))) == ""
        assert (await campaign_file(other)).pending == set(free)
        await in_step(desk, port, 1, "inviting")
        await in_step(other, port, 0, "inviting", "M002")
        late = await campaign_file(other)
        assert [row["client_id"] for row in late.invitations] == free[:1]  # one seat was left
        assert (late.seats_left, late.pending) == (0, frozenset())
        told = [row for row in await rows(other, TASK) if row["kind"] == "campaign_uninvited"]
        assert [str(row["body"]).count("CAMPAIGN_FULL") for row in told] == [2]
        await in_step(desk, port, 0, "inviting")
        mine = await campaign_file(desk)
        assert [row["client_id"] for row in mine.invitations] == sorted((A, B))  # his own alone
        assert (mine.seats_left, mine.campaign["state"]) == (0, "inviting")


async def test_eligibility_is_told_a_client_with_its_reason(
    firm: Firm, desk: Desk, chief: Desk
) -> None:
    async with central(firm) as port:
        await once_online(desk, port)
        await approved(desk, chief, port)
        await in_step(desk, port, 3, "approved")
    assert await service_of(desk).eligible(ID, (A, C, CONTROL, "C999999")) == {
        A: "",
        C: "NO_CONSENT",
        CONTROL: "CAMPAIGN_CONTROL",
        "C999999": "CLIENT_NOT_FOUND",
    }
    assert await code(desk, InviteClients(ID, (C, CONTROL))) == "CAMPAIGN_NOBODY"
    seats = await service_of(desk).eligible("CAMPAIGN-SEMINAR", (C,))
    assert seats[C] in ("NOT_ENTITLED", "NO_CONSENT", "CAMPAIGN_CONTROL")


async def test_the_course_shows_at_once_and_becomes_centrals(
    firm: Firm, desk: Desk, chief: Desk
) -> None:
    async with central(firm) as port:
        await once_online(desk, port)
        await approved(desk, chief, port)
        await in_step(desk, port, 3, "approved")
        for command in (
            InviteClients(ID, (A, B)),
            AnswerInvitation(ID, A, "accepted", "phone"),
            HoldCampaign(ID),
            RecordAttendance(ID, (A,), (B,)),
        ):
            assert await code(desk, command) == ""
        shown = await campaign_file(desk)
        assert {row["client_id"]: row["state"] for row in shown.invitations} == {
            A: "attended",
            B: "absent",
        }
        assert (shown.campaign["state"], shown.pending, shown.calls) == (
            "held",
            frozenset({A, B}),
            (),
        )
        await in_step(desk, port, 1, "held")
        settled = await campaign_file(desk)
        assert [row["client_id"] for row in settled.calls] == [A, B]
        assert (settled.campaign["state"], settled.pending) == ("held", frozenset())
        assert await code(desk, FinishFollowUp(ID)) == ""  # calls of others are central's to count
        await once_online(desk, port)
        assert (await campaign_file(desk)).campaign["state"] == "held"


async def test_what_central_would_refuse_never_leaves_the_desk(firm: Firm, desk: Desk) -> None:
    async with central(firm) as port:
        await once_online(desk, port)
    change = ChangeCampaign("CAMPAIGN-SEMINAR", "研讨会", "四楼", "phone", AT, 9)
    for command, reason in (
        (PlanCampaign(ID, PLAN.kind, " ", "三楼", "phone", AT, 3), "CAMPAIGN_INVALID"),
        (PlanCampaign("CAMPAIGN-SEMINAR", PLAN.kind, "会", "楼", "phone", AT, 3), "DUPLICATE"),
        (change, "CAMPAIGN_STATE"),
        (SubmitCampaign("CAMPAIGN-SEMINAR"), "CAMPAIGN_STATE"),
        (SubmitCampaign("CP9"), "CAMPAIGN_NOT_FOUND"),
        (InviteClients("CAMPAIGN-MEETING", (A,)), "CAMPAIGN_STATE"),
        (InviteClients("CAMPAIGN-SEMINAR", (A, A)), "CLIENTS_INVALID"),
        (AnswerInvitation("CAMPAIGN-SEMINAR", A, "accepted", "phone"), "CAMPAIGN_STATE"),
        (HoldCampaign("CAMPAIGN-SEMINAR"), "CAMPAIGN_STATE"),
        (CancelCampaign("CAMPAIGN-SEMINAR", " "), "REASON_MISSING"),
        (CancelCampaign("CAMPAIGN-MEETING", "停电"), "CAMPAIGN_STATE"),
        (FinishFollowUp("CAMPAIGN-MEETING"), "CAMPAIGN_STATE"),
        (RecordAttendance("CAMPAIGN-MEETING", (A,), ()), "CAMPAIGN_STATE"),
    ):
        assert await code(desk, command) == reason, command
    assert await desk.store.read(nothing_open)


async def test_the_demo_branch_has_something_to_show(firm: Firm, desk: Desk) -> None:
    async with central(firm) as port:
        await once_online(desk, port)
    told = await desk.store.read(read_campaigns)
    assert [(row["campaign_id"], row["state"]) for row in told] == [
        ("CAMPAIGN-SEMINAR", "approved"),
        ("CAMPAIGN-MEETING", "closed"),
    ]
    over = await desk.store.read(lambda c: read_campaign(c, "CAMPAIGN-MEETING"))
    assert over is not None
    assert [row["treated"] for row in over.effects] == ["attended", "invited"]
    assert {row["manager_id"] for row in over.invitations} == {"M001"}
    assert len(await rows(desk, CAMPAIGN)) == 2
