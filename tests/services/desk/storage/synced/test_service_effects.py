"""Commands of client service on the desk before central has answered."""

from pathlib import Path

from sqlalchemy import Connection, select

from models.lives.consent import ConsentForm
from models.rules.basis.settings.words import Sms
from models.rules.messages.send_gate import Purpose
from models.tables.firm import CONTACT, TASK
from models.tables.service import CONSENT, HOUSEHOLD_MEMBER, POINTS_HOLD
from models.wire.service.approvals import WithdrawApproval
from models.wire.service.clients import (
    EditContact,
    FormHousehold,
    MergeHouseholds,
    RecordConsent,
    SplitHousehold,
    UndoHouseholdChange,
)
from models.wire.service.points import RedeemPoints, UpgradeTier
from models.wire.service.tasks import AddReminder, MoveTask
from services.desk.storage.rows import Row
from tests.support.desk_data import a_client, a_row, open_desk

DUE, LATER = "2023-02-02T09:00:00.000+08:00", "2023-02-03T09:00:00.000+08:00"


def tasks(connection: Connection) -> list[tuple[object, ...]]:
    rows = connection.execute(select(TASK.c.task_id, TASK.c.state, TASK.c.due_at))
    return [tuple(row) for row in rows]


async def test_a_moved_reminder_shows_its_new_time_at_once(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await desk.receive(("client", a_client("C1")))
        await desk.outbox.add(AddReminder("R1", "C1", "送对账单", "", DUE), "C1")
        await desk.outbox.add(MoveTask("R1", LATER), "C1")
        assert await desk.store.read(tasks) == [("R1", "open", LATER)]


async def test_a_refusal_of_the_client_is_in_the_register_at_once(tmp_path: Path) -> None:
    told = RecordConsent("N1", "C1", Purpose.MARKETING, "*", ConsentForm.WITHDRAWN, "", DUE)
    async with open_desk(tmp_path) as desk:
        await desk.receive(("client", a_client("C1")))
        await desk.outbox.add(told, "C1")
        [row] = await desk.store.read(
            lambda c: c.execute(select(CONSENT.c.form, CONSENT.c.channel)).all()
        )
        assert tuple(row) == ("withdrawn", "*")


async def test_an_edited_contact_shows_its_new_words(tmp_path: Path) -> None:
    contact = a_row("contact", contact_id="K1", client_id="C1", summary="回访")
    async with open_desk(tmp_path) as desk:
        await desk.receive(("client", a_client("C1")), ("contact", contact))
        await desk.outbox.add(EditContact("K1", "C1", "phone", "in", "客户来电"), "C1")
        summary = await desk.store.read(lambda c: c.execute(select(CONTACT.c.summary)).scalar())
        assert summary == "客户来电"


async def test_points_of_an_application_show_as_held_until_it_is_taken_back(
    tmp_path: Path,
) -> None:
    def holds(connection: Connection) -> list[tuple[object, ...]]:
        hold = POINTS_HOLD.c
        query = select(hold.points_milli, hold.purpose, hold.state).order_by(hold.points_milli)
        return [tuple(row) for row in connection.execute(query)]

    async with open_desk(tmp_path) as desk:
        await desk.receive(("client", a_client("C1", points_milli=900_000)))
        redeemed = RedeemPoints("R1", "C1", Sms.SMS1, 1, cost_milli=200_000)
        asked = await desk.outbox.add(redeemed, "C1")
        refused = await desk.outbox.add(UpgradeTier("U1", "C1", cost_milli=500_000), "C1")
        assert await desk.store.read(holds) == [
            (200_000, "redemption", "held"),
            (500_000, "upgrade", "held"),
        ]
        await desk.outbox.add(WithdrawApproval(asked, "不换了"), "C1")
        await desk.receive(
            ("command_answer", a_row("command_answer", command_id=refused, outcome="refused")),
            after=1,
        )
        assert await desk.store.read(holds) == [(200_000, "redemption", "released")]


def homes(connection: Connection) -> dict[object, object]:
    """Where everybody lives now."""
    member = HOUSEHOLD_MEMBER.c
    rows = connection.execute(
        select(member.client_id, member.household_id).where(member.left_by == "")
    )
    return {row.client_id: row.household_id for row in rows}


APART = {"C1": "H1", "C2": "H1", "C3": "H2"}
FORMED = (FormHousehold("H1", "张家", ("C1", "C2")), FormHousehold("H2", "李家", ("C3",)))


async def test_changes_of_households_show_at_once_and_go_with_a_refusal(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await desk.receive(*(("client", a_client(name)) for name in ("C1", "C2", "C3")))
        sent = [await desk.outbox.add(formed, "C1") for formed in FORMED]
        merged = await desk.outbox.add(MergeHouseholds("M1", "H2", "H1"), "C3")
        assert await desk.store.read(homes) == dict.fromkeys(APART, "H1")
        undone = await desk.outbox.add(UndoHouseholdChange("M1"), "C3")
        assert await desk.store.read(homes) == APART
        split = await desk.outbox.add(SplitHousehold("P1", "H1", "H3", "新家", ("C2",)), "C1")
        assert await desk.store.read(homes) == APART | {"C2": "H3"}
        steps: tuple[tuple[str, dict[str, str]], ...] = (
            (split, APART),
            (undone, dict.fromkeys(APART, "H1")),
            (merged, APART),
            (sent[0], {"C3": "H2"}),
            (sent[1], {}),
        )
        for after, (refused, left) in enumerate(steps, len(APART)):
            answer = a_row("command_answer", command_id=refused, outcome="refused")
            await desk.receive(("command_answer", answer), after=after)
            assert await desk.store.read(homes) == left


async def test_a_household_that_central_changes_meanwhile_keeps_the_change_of_this_desk(
    tmp_path: Path,
) -> None:
    def member(client_id: str) -> tuple[str, Row]:
        row = a_row("household_member", client_id=client_id, joined_by="H1", household_id="H1")
        return "household_member", row | {"left_by": ""}

    async with open_desk(tmp_path) as desk:
        await desk.receive(*(("client", a_client(name)) for name in ("C1", "C2")))
        await desk.receive(member("C1"), member("C2"), after=2)
        split = await desk.outbox.add(SplitHousehold("P1", "H1", "H3", "新家", ("C2",)), "C1")
        await desk.receive(member("C2"), after=4)  # told once more
        assert await desk.store.read(homes) == {"C1": "H1", "C2": "H3"}
        answer = a_row("command_answer", command_id=split, outcome="refused")
        await desk.receive(("command_answer", answer), after=5)
        assert await desk.store.read(homes) == {"C1": "H1", "C2": "H1"}


async def test_who_moves_with_a_household_is_what_central_says(tmp_path: Path) -> None:
    def member(client_id: str, by: str, home: str, left_by: str = "") -> tuple[str, Row]:
        row = a_row("household_member", client_id=client_id, joined_by=by, household_id=home)
        return "household_member", row | {"left_by": left_by}

    async with open_desk(tmp_path) as desk:
        await desk.receive(*(("client", a_client(name)) for name in ("C1", "C2")))
        await desk.receive(member("C1", "H1", "H1"), member("C2", "H1", "H1"), after=2)
        merged = await desk.outbox.add(MergeHouseholds("M1", "H1", "H2"), "C1")
        assert await desk.store.read(homes) == {"C1": "H2", "C2": "H2"}
        answer = a_row("command_answer", command_id=merged, outcome="applied")
        await desk.receive(  # another desk had taken C2 out before
            member("C2", "H1", "H1", "undo-X"),
            member("C1", "H1", "H1", "M1"),
            member("C1", "M1", "H2"),
            ("command_answer", answer),
            after=4,
        )
        assert await desk.store.read(homes) == {"C1": "H2"}


async def test_a_change_that_comes_to_touch_more_rows_leaves_none_behind(tmp_path: Path) -> None:
    members = [
        ("household_member", a_row("household_member", client_id=client_id, joined_by="H1"))
        for client_id in ("C1", "C2")
    ]
    async with open_desk(tmp_path) as desk:
        await desk.receive(*(("client", a_client(name)) for name in ("C1", "C2")))
        await desk.receive(
            *((name, row | {"household_id": "H1", "left_by": ""}) for name, row in members), after=2
        )
        moved = await desk.outbox.add(MergeHouseholds("M1", "H1", "H9"), "C1")
        undone = await desk.outbox.add(UndoHouseholdChange("M1"), "C1")
        split = await desk.outbox.add(SplitHousehold("P1", "H1", "H3", "新家", ("C1",)), "C1")
        again = await desk.outbox.add(MergeHouseholds("M2", "H1", "H2"), "C2")
        assert await desk.store.read(homes) == {"C1": "H3", "C2": "H2"}
        for after, refused in enumerate((undone, split, moved, again), 4):
            answer = a_row("command_answer", command_id=refused, outcome="refused")
            await desk.receive(("command_answer", answer), after=after)
        assert await desk.store.read(homes) == {"C1": "H1", "C2": "H1"}
