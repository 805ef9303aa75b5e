"""Risk test, consent, contacts with history, reminders, households, relations."""

import pytest
from msgspec.structs import replace
from sqlalchemy import text

from models.lives.consent import ConsentForm
from models.lives.relation import RelationKind
from models.rules.messages.send_gate import Purpose
from models.wire.commands import Command, LogContact
from models.wire.service.clients import (
    EditContact,
    EndRelation,
    FormHousehold,
    MergeHouseholds,
    RecordConsent,
    RecordRiskTest,
    RelateClients,
    SplitHousehold,
    UndoHouseholdChange,
)
from models.wire.service.tasks import AddReminder, MoveTask
from services.central.privacy.send_gate import Message, may_send
from services.central.session import acting, at_work
from services.rules.loader import load_profile
from tests.support.postgres import TODAY, FixedClock
from tests.support.service_work import CLIENT, OTHER, Firm

AT = "2023-02-01T09:00:00.000+08:00"
NOW = FixedClock().now()
TEST = RecordRiskTest("T1", CLIENT, 55, False, "2023-02-01", "EV-1")
THIRD = "C000003"
MANAGER = at_work("B001", "M001", "manager")


async def client(firm: Firm, columns: str) -> tuple[object, ...]:
    [row] = await firm.ask(f"SELECT {columns} FROM client WHERE client_id = $1", CLIENT)
    return row


async def test_the_class_follows_from_the_score_of_its_day(firm: Firm) -> None:
    assert await firm.code(await firm.do(TEST)) == "applied"
    assert await client(firm, "risk_class, risk_tested_on") == ("C3", "2023-02-01")
    assert await firm.ask("SELECT score, risk_class, valid_to FROM risk_test") == [
        (55, "C3", "2025-02-01")
    ]
    older = replace(TEST, test_id="T2", score=90, tested_on="2020-02-01")
    assert await firm.code(await firm.do(older)) == "applied"
    assert await client(firm, "risk_class, risk_tested_on") == ("C3", "2023-02-01")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"score": 101}, "SCORE_OUT_OF_RANGE"),
        ({"score": -1}, "SCORE_OUT_OF_RANGE"),
        ({"tested_on": "2023-02-02"}, "TEST_IN_FUTURE"),
        ({"evidence_ref": ""}, "EVIDENCE_MISSING"),
    ],
)
async def test_a_test_that_cannot_be_is_refused(
    firm: Firm, changed: dict[str, object], code: str
) -> None:
    assert await firm.code(await firm.do(replace(TEST, **changed))) == code


async def test_without_bands_it_is_not_configured(firm: Firm) -> None:
    await firm.ask("DELETE FROM firm_setting WHERE name = 'suitability'")
    assert await firm.code(await firm.do(TEST)) == "SCORE_BANDS_NOT_CONFIGURED"


async def test_a_lower_class_opens_a_review_of_what_is_held(firm: Firm) -> None:
    await firm.ask(
        "INSERT INTO subscription (branch_id, subscription_id, manager_id, client_id, product,"
        " state, starts_on) VALUES ('B001', 'P1', 'M001', $1, 'A', 'active', '2023-01-01')",
        CLIENT,
    )
    await firm.do(replace(TEST, score=30))
    reviews = "SELECT client_id, about FROM task WHERE kind = 'suitability_review'"
    assert await firm.ask(reviews) == [(CLIENT, "A")]


async def gate(firm: Firm, purpose: Purpose, **changed: str) -> str:
    message = Message(
        branch_id="B001", client_id=CLIENT, purpose=purpose, port=purpose, channel="sms",
        **changed,
    )  # fmt: skip
    async with acting(firm.engine, MANAGER) as connection:
        decision = await may_send(connection, load_profile(None).on(TODAY), message, NOW)
    return decision.reason or "send"


CONSENT = RecordConsent("N1", CLIENT, Purpose.MARKETING, "sms", ConsentForm.EXPLICIT, "SIGN-1", AT)


async def test_a_refusal_counts_from_the_next_message_on(firm: Firm) -> None:
    assert await gate(firm, Purpose.MARKETING) == "NO_CONSENT"
    await firm.do(CONSENT)
    assert await gate(firm, Purpose.MARKETING) == "send"
    refused = replace(
        CONSENT, consent_id="N2", channel="*", form=ConsentForm.WITHDRAWN, proof_ref=""
    )
    await firm.do(replace(refused, at=NOW.isoformat()))
    assert await gate(firm, Purpose.MARKETING) == "OPTED_OUT"
    assert await gate(firm, Purpose.SERVICE) == "send"  # another purpose
    assert await gate(firm, Purpose.SERVICE, product="SMS2") == "NOT_SUBSCRIBED"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"proof_ref": ""}, "PROOF_MISSING"),
        ({"channel": "pigeon"}, "CHANNEL_UNKNOWN"),
        ({"at": "2023-02-01T10:00:01.000+08:00"}, "CONSENT_IN_FUTURE"),
        ({"at": "2023-02-01T09:00:00"}, "DATE_INVALID"),
        ({"client_id": "C000060"}, "CLIENT_NOT_FOUND"),
    ],
)
async def test_a_consent_without_ground_is_refused(
    firm: Firm, changed: dict[str, object], code: str
) -> None:
    assert await firm.code(await firm.do(replace(CONSENT, **changed))) == code
    assert await firm.ask("SELECT count(*) FROM consent WHERE consent_id !~ '^CS-'") == [(0,)]


async def test_an_edited_contact_keeps_what_it_said(firm: Firm) -> None:
    await firm.do(LogContact("K1", CLIENT, "phone", "out", "回访", AT))
    first = EditContact("K1", CLIENT, "phone", "in", "客户来电")
    assert await firm.code(await firm.do(first, expected_version=1)) == "applied"
    stale = replace(first, summary="另一句")
    assert await firm.code(await firm.do(stale, expected_version=1)) == "VERSION_CONFLICT"
    assert await firm.code(await firm.do(first)) == "NOTHING_CHANGED"
    assert await firm.ask("SELECT number, direction, summary, edited_by FROM contact_revision") == [
        ("000001", "out", "回访", "M001")
    ]
    assert await firm.ask("SELECT summary FROM contact WHERE contact_id = 'K1'") == [("客户来电",)]


async def test_a_moved_reminder_stays_open_and_an_old_time_is_due_now(firm: Firm) -> None:
    later = "2023-02-03T09:00:00.000+08:00"
    await firm.do(AddReminder("R1", CLIENT, "送对账单", "", "2023-02-02T09:00:00+08:00"))
    assert await firm.code(await firm.do(MoveTask("R1", later))) == "applied"
    query = "SELECT state, due_at FROM task WHERE task_id = 'R1'"
    assert await firm.ask(query) == [("open", later)]
    await firm.do(MoveTask("R1", "2023-01-01T09:00:00+08:00"))
    assert await firm.ask(query) == [("open", "2023-02-01T10:00:00.000+08:00")]


async def household(firm: Firm) -> dict[object, object]:
    rows = "SELECT client_id, household_id FROM household_member WHERE left_by = ''"
    return {member: house for member, house in await firm.ask(rows)}  # noqa: C416


async def test_a_merge_and_a_split_can_be_taken_back(firm: Firm) -> None:
    await firm.do(FormHousehold("H1", "张家", (CLIENT, OTHER)))
    await firm.do(FormHousehold("H2", "李家", (THIRD,)))
    apart = await household(firm)
    assert apart == {CLIENT: "H1", OTHER: "H1", THIRD: "H2"}
    await firm.do(MergeHouseholds("M1", "H2", "H1"))
    assert set((await household(firm)).values()) == {"H1"}
    await firm.do(UndoHouseholdChange("M1"))
    assert await household(firm) == apart
    await firm.do(SplitHousehold("P1", "H1", "H3", "新家", (OTHER,)))
    assert (await household(firm))[OTHER] == "H3"
    await firm.do(UndoHouseholdChange("P1"))
    assert await household(firm) == apart


async def test_a_change_that_others_built_on_stays(firm: Firm) -> None:
    await firm.do(FormHousehold("H1", "张家", (CLIENT, OTHER)))
    await firm.do(FormHousehold("H2", "李家", (THIRD,)))
    await firm.do(MergeHouseholds("M1", "H2", "H1"))
    await firm.do(SplitHousehold("P1", "H1", "H3", "新家", (THIRD,)))
    undone = await firm.do(UndoHouseholdChange("M1"))
    assert await firm.code(undone) == "HOUSEHOLD_CHANGED"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (FormHousehold("H2", "又一家", (CLIENT,)), "IN_HOUSEHOLD"),
        (FormHousehold("H2", "他人", ("C000060",)), "HOUSEHOLD_ONE_MANAGER"),
        (FormHousehold("H2", "无人", ("C999999",)), "HOUSEHOLD_ONE_MANAGER"),
        (FormHousehold("H2", "空家", ()), "MEMBERS_INVALID"),
        (FormHousehold("H2", "一人两次", (THIRD, THIRD)), "MEMBERS_INVALID"),
        (FormHousehold("H1", "同号", (THIRD,)), "DUPLICATE"),
        (MergeHouseholds("M1", "H1", "H1"), "HOUSEHOLD_EMPTY"),
        (MergeHouseholds("M1", "H1", "H9"), "HOUSEHOLD_NOT_FOUND"),
        (SplitHousehold("P1", "H1", "H2", "新家", (CLIENT, OTHER)), "SPLIT_INVALID"),
        (UndoHouseholdChange("M9"), "CHANGE_NOT_FOUND"),
    ],
)
async def test_a_household_change_without_ground_is_refused(
    firm: Firm, command: Command, code: str
) -> None:
    await firm.do(FormHousehold("H1", "张家", (CLIENT, OTHER)))
    before = await household(firm)
    assert await firm.code(await firm.do(command)) == code
    assert await household(firm) == before


@pytest.mark.parametrize("by", ["M001", "BM01"])
async def test_a_household_does_not_reach_over_to_another_managers_client(
    firm: Firm, by: str
) -> None:
    """Neither from the manager, nor from who sees both: each may only see and sum up his own."""
    theirs = "C000060"
    together = await firm.do(FormHousehold("H9", "两家", (CLIENT, theirs)), by)
    assert await firm.code(together) == "HOUSEHOLD_ONE_MANAGER"
    assert await firm.ask("SELECT count(*) FROM household WHERE household_id = 'H9'") == [(0,)]
    assert theirs not in await household(firm)


async def test_households_of_two_managers_are_not_merged(firm: Firm) -> None:
    """Who sees both is told why; a manager is told no more than that there is none."""
    theirs = "C000060"
    await firm.do(FormHousehold("H1", "张家", (CLIENT, OTHER)))
    [(manager,)] = await firm.ask("SELECT manager_id FROM client WHERE client_id = $1", theirs)
    assert manager != "M001"
    await firm.do(
        FormHousehold("H2", "王家", (theirs,)), str(manager), key=theirs, manager_id=manager
    )
    before = await household(firm)
    merge = MergeHouseholds("M1", "H1", "H2")
    assert await firm.code(await firm.do(merge)) == "HOUSEHOLD_NOT_FOUND"
    assert await firm.code(await firm.do(merge, "BM01")) == "HOUSEHOLD_ONE_MANAGER"
    assert await household(firm) == before
    async with acting(firm.engine, MANAGER) as connection:
        seen = (await connection.execute(text("SELECT * FROM household_total"))).all()
        assert [row.household_id for row in seen] == ["H1"]


async def test_each_change_of_a_household_is_told_on_its_clients_timelines(firm: Firm) -> None:
    for command in (
        FormHousehold("H1", "张家", (CLIENT, OTHER)),
        FormHousehold("H2", "李家", (THIRD,)),
        MergeHouseholds("M1", "H2", "H1"),
        UndoHouseholdChange("M1"),
        SplitHousehold("P1", "H1", "H3", "新家", (OTHER,)),
    ):
        assert await firm.code(await firm.do(command)) == "applied"
    told = await firm.ask(
        "SELECT client_id, title FROM timeline WHERE kind = 'household' ORDER BY entry_id"
    )
    assert sorted(map(str, told)) == sorted(
        str(line)
        for line in (
            (CLIENT, "加入家庭「张家」"),
            (OTHER, "加入家庭「张家」"),
            (THIRD, "加入家庭「李家」"),
            (THIRD, "随家庭并入「张家」"),
            (THIRD, "家庭变更已撤销,回到原家庭"),
            (OTHER, "分出为家庭「新家」"),
        )
    )


async def test_household_totals_are_the_sum_of_the_members(firm: Firm) -> None:
    await firm.do(FormHousehold("H1", "张家", (CLIENT, OTHER)))
    [(members, assets, points)] = await firm.ask(
        "SELECT members, average_assets_cents, points_milli FROM household_total"
    )
    [expected] = await firm.ask(
        "SELECT sum(average_assets_cents), sum(points_milli) FROM client"
        " WHERE client_id IN ($1, $2)",
        CLIENT,
        OTHER,
    )
    assert (members, assets, points) == (2, *expected)


async def test_a_relation_is_told_from_both_sides_and_ends_on_both(firm: Firm) -> None:
    related = RelateClients("X1", CLIENT, OTHER, RelationKind.PARENT)
    assert await firm.code(await firm.do(related)) == "applied"
    sides = "SELECT client_id, kind, ended_at <> '' FROM relation ORDER BY client_id"
    assert await firm.ask(sides) == [(CLIENT, "parent", False), (OTHER, "child", False)]
    await firm.do(EndRelation("X1", CLIENT))
    assert await firm.ask(sides) == [(CLIENT, "parent", True), (OTHER, "child", True)]
    assert await firm.code(await firm.do(EndRelation("X1", CLIENT))) == "RELATION_NOT_FOUND"
    assert await firm.code(await firm.do(related)) == "DUPLICATE"
    told = "SELECT client_id, count(*) FROM timeline WHERE kind = 'relation' GROUP BY 1 ORDER BY 1"
    assert await firm.ask(told) == [(CLIENT, 2), (OTHER, 2)]
