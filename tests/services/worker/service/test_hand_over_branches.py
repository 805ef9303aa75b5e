"""A client goes to a manager of another branch: the branch leads every key, and all of it moves."""

import asyncpg
import pytest
from msgspec.structs import replace
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from models.lives.relation import RelationKind
from models.lives.teams.question import AdvisoryDesk
from models.rules.basis.settings.words import Sms
from models.trading.order import OrderState
from models.wire.commands import Command, Envelope, LogContact, RecordOrder
from models.wire.service.approvals import WithdrawApproval
from models.wire.service.clients import (
    EndRelation,
    FormHousehold,
    HandOverClients,
    RelateClients,
    SplitHousehold,
)
from models.wire.service.points import RecordReferral, RedeemPoints
from models.wire.service.teams.campaigns import AnswerInvitation, InviteClients
from models.wire.service.teams.questions import (
    AnswerQuestion,
    AskQuestion,
    EscalateQuestion,
    TakeQuestion,
)
from services.central.audit import broken_links
from services.central.connection import driver_url
from services.central.session import acting, at_work
from tests.services.worker.service.test_campaigns import ID as CAMPAIGN
from tests.services.worker.service.test_campaigns import A as GUEST
from tests.services.worker.service.test_campaigns import B as OTHER_GUEST
from tests.services.worker.service.test_campaigns import approved, consent, state
from tests.services.worker.service.test_hand_over import MOVED, STAYING, TODAY, _plant, order_of
from tests.support.central_work import BRANCH
from tests.support.file_work import HEAD, ask_import, ask_undo, do_import, id_no, text_file
from tests.support.service_work import CLIENT, OTHER, Firm

THERE = "B002"
_PLACE = {
    "M011": {"branch_id": THERE, "manager_id": "M011"},
    "BM02": {"branch_id": THERE, "manager_id": "BM02"},
    "CO01": {"branch_id": "HQ", "manager_id": "CO01"},
    "HQ01": {"branch_id": "HQ", "manager_id": "HQ01"},
}
SPOKEN_AT = f"{TODAY}T09:58:00.000+08:00"
REDEEM = RedeemPoints("R1", CLIENT, Sms.SMS2, 3)
PEOPLE = (
    ("manager", "M001", BRANCH), ("branch_manager", "BM01", BRANCH),
    ("manager", "M011", THERE), ("branch_manager", "BM02", THERE),
)  # fmt: skip


def wanted(*client_ids: str, to: str = "M011", **changed: str) -> HandOverClients:
    """To the new branch, as its manager BM01 asks for it."""
    plain = {"from_on": TODAY, "reason": "客户迁居", "to_branch": THERE}
    return HandOverClients(client_ids or (CLIENT,), to, **(plain | changed))


async def do(firm: Firm, command: Command, by: str = "M001", **changed: object) -> Envelope:
    """As a person of whichever branch."""
    return await firm.do(command, by, **(_PLACE.get(by, {}) | changed))


async def code(firm: Firm, command: Command, by: str = "M001", **changed: object) -> str:
    return await firm.code(await do(firm, command, by, **changed))


async def decided(firm: Firm, asked: Envelope, by: str = "BM02", verdict: str = "approve") -> str:
    return await firm.code(await firm.decide(asked, verdict, by, key="", **_PLACE.get(by, {})))


async def hand_over(firm: Firm, command: HandOverClients, by: str = "BM01") -> str:
    """BM01 asks (or whoever may), the receiving branch's manager agrees, or compliance."""
    asked = await do(firm, command, by, key=command.client_ids[0])
    assert await firm.code(asked) == "applied"
    receiver = command.to_branch or command.from_branch
    return await decided(firm, asked, "BM02" if receiver == THERE else "CO01")


async def home(firm: Firm, client_id: str = CLIENT) -> object:
    query = "SELECT branch_id, manager_id FROM client WHERE client_id = $1"
    return await firm.ask(query, client_id)


async def queue(firm: Firm, asked: Envelope) -> list[object]:
    query = "SELECT checker FROM approval_queue WHERE approval_id = $1 ORDER BY 1"
    return [checker for (checker,) in await firm.ask(query, asked.command_id)]


async def seen(firm: Firm, table: str) -> dict[str, int]:
    """How many rows of the client each of the four people reads with raw SQL."""
    connection = await asyncpg.connect(driver_url(firm.url))
    counts: dict[str, int] = {}
    try:
        for role, person, branch in PEOPLE:
            async with connection.transaction():
                await connection.execute("SET LOCAL ROLE workstation_app")
                for name, value in (("role", role), ("manager_id", person), ("branch_id", branch)):
                    await connection.execute(f"SELECT set_config('app.{name}', $1, true)", value)
                query = f'SELECT count(*)::int FROM "{table}" WHERE client_id = $1'
                counts[person] = await connection.fetchval(query, CLIENT)
    finally:
        await connection.close()
    return counts


async def plant_whole(firm: Firm) -> None:
    """A row of every table of his, and what these hang on."""
    await firm.ask("INSERT INTO household VALUES ('B001', 'planted', 'M001')")
    await _plant(firm)


async def test_all_that_is_the_clients_goes_into_the_other_branch(firm: Firm) -> None:
    await plant_whole(firm)
    assert await hand_over(firm, wanted()) == "applied"
    for table in sorted(MOVED):
        query = f'SELECT DISTINCT branch_id, manager_id FROM "{table}" WHERE client_id = $1'
        there = [(THERE, "M011")] if table != "campaign_invitation" else [(BRANCH, "")]
        assert await firm.ask(query, CLIENT) == there, table
    stays = "SELECT DISTINCT client_branch FROM {} WHERE client_id = $1"
    for table in ("client_manager", "client_hand_over", "campaign_invitation"):
        assert await firm.ask(stays.format(table), CLIENT) == [(THERE,)], table


async def test_each_table_says_whether_it_goes_or_why_it_stays(firm: Firm) -> None:
    told = await firm.ask("SELECT name, follows, stays_for FROM tables_of_client()")
    assert {name for name, follows, _ in told if follows} == MOVED - {"client"}
    assert {name: why for name, follows, why in told if not follows} == {
        name: why for name, why in STAYING.items() if name != "import_row"
    } | {"assessment_row": "what the told figures of a manager were made of"}


async def test_with_raw_sql_the_client_is_seen_where_he_is_and_nowhere_else(firm: Firm) -> None:
    await plant_whole(firm)
    hidden = {"night_figure", "approval_queue"}  # nobody's, and on a queue
    tables = sorted(MOVED - hidden - {"client"})
    before = {table: await seen(firm, table) for table in tables}
    assert await hand_over(firm, wanted()) == "applied"
    for table in tables:
        after, was = await seen(firm, table), before[table]
        assert was["M001"] > 0 == was["M011"] == was["BM02"], table
        assert after["M001"] == after["BM01"] == 0, table
        if table == "campaign_invitation":
            assert after["M011"] == after["BM02"] == 0
            continue
        assert after["M011"] == after["BM02"] >= was["M001"], table


async def test_a_branch_gives_by_its_manager_and_the_other_ones_manager_agrees(firm: Firm) -> None:
    assert await code(firm, wanted()) == "HAND_OVER_BRANCH_ASKS"
    asked = await do(firm, wanted(), "BM01")
    assert await queue(firm, asked) == ["BM02", "CO01"]
    assert await decided(firm, asked, "BM01") == "NOT_A_CHECKER"
    assert await decided(firm, asked, "M011") == "APPROVAL_NOT_FOUND"
    assert await decided(firm, asked, verdict="refuse") == "applied"
    assert await home(firm) == [(BRANCH, "M001")]
    refused = "SELECT branch_id, manager_id FROM task WHERE kind = 'approval_refused'"
    assert await firm.ask(refused) == [(BRANCH, "BM01")]
    again = await do(firm, wanted(), "BM01")
    assert await decided(firm, again, "CO01") == "applied"
    assert await home(firm) == [(THERE, "M011")]
    assert await decided(firm, asked) == "APPROVAL_CLOSED"


async def test_another_branch_manager_of_the_giving_branch_does_not_agree_for_the_other(
    firm: Firm,
) -> None:
    await firm.ask("INSERT INTO staff VALUES ('B001', 'BM09', '*', '副经理', 'branch_manager')")
    asked = await do(firm, wanted(), "BM01")
    assert await queue(firm, asked) == ["BM02", "CO01"]
    second = await firm.decide(asked, by="BM09", key="")
    assert await firm.code(second) in ("NOT_A_CHECKER", "APPROVAL_NOT_FOUND")
    assert await home(firm) == [(BRANCH, "M001")]


async def test_the_taker_himself_does_not_agree(firm: Firm) -> None:
    asked = await do(firm, wanted(to="BM02"), "BM01")
    assert await queue(firm, asked) == ["CO01"]
    assert await decided(firm, asked) == "MAKER_IS_CHECKER"
    assert await decided(firm, asked, "CO01") == "applied"
    assert await home(firm) == [(THERE, "BM02")]


async def test_head_office_asks_and_the_receiving_branch_agrees(firm: Firm) -> None:
    asked = await do(firm, wanted(from_branch=BRANCH), "CO01")
    assert await firm.code(asked) == "applied"
    stands = "SELECT branch_id, manager_id FROM approval WHERE approval_id = $1"
    assert await firm.ask(stands, asked.command_id) == [("HQ", "CO01")]
    assert await queue(firm, asked) == ["BM02"]
    assert await decided(firm, asked, "BM01") == "APPROVAL_NOT_FOUND"
    assert await decided(firm, asked) == "applied"
    assert await home(firm) == [(THERE, "M011")]
    within = wanted(from_branch=THERE, to="BM02")
    asked = await do(firm, within, "CO01")
    assert await queue(firm, asked) == []  # the only one who might agree would take him
    nobody = "SELECT count(*)::int FROM task WHERE kind = 'approval_nobody' AND manager_id = 'CO01'"
    assert await firm.ask(nobody) == [(1,)]
    assert await code(firm, WithdrawApproval(asked.command_id, ""), "CO01") == "applied"


async def test_head_office_moves_clients_within_a_branch_too(firm: Firm) -> None:
    within = wanted(CLIENT, OTHER, to="M002", from_branch=BRANCH, to_branch="")
    asked = await do(firm, within, "CO01")
    assert await queue(firm, asked) == ["BM01"]
    assert await decided(firm, asked, "BM01") == "applied"
    assert await home(firm) == [(BRANCH, "M002")]
    tasks = "SELECT branch_id, manager_id FROM task WHERE kind = 'hand_over' ORDER BY 2"
    assert await firm.ask(tasks) == [(BRANCH, "M001"), (BRANCH, "M002")]


@pytest.mark.parametrize(
    ("by", "command", "reason"),
    [
        ("BM01", wanted(to="M002"), "HAND_OVER_TAKER"),
        ("BM01", wanted(to_branch="B009"), "HAND_OVER_TAKER"),
        ("BM01", wanted(to="M011", to_branch=""), "HAND_OVER_TAKER"),
        ("BM01", wanted(from_branch=THERE), "CLIENT_NOT_FOUND"),
        ("BM02", wanted(from_branch=BRANCH), "CLIENT_NOT_FOUND"),
        ("CO01", wanted(), "CLIENT_NOT_FOUND"),
        ("CO01", wanted(from_branch=BRANCH, to="M001", to_branch=BRANCH), "HAND_OVER_SAME"),
        ("CO01", wanted(from_branch=BRANCH, reason=" "), "REASON_MISSING"),
        ("HQ01", wanted(from_branch=BRANCH), "HAND_OVER_BRANCH_ASKS"),
    ],
)
async def test_what_may_not_be_asked_for_is_refused(
    firm: Firm, by: str, command: HandOverClients, reason: str
) -> None:
    assert await code(firm, command, by) == reason
    assert await home(firm) == [(BRANCH, "M001")]


async def test_a_number_that_the_other_branch_has_itself_refuses_it(firm: Firm) -> None:
    await firm.ask(
        "INSERT INTO client (branch_id, client_id, manager_id, opened_on)"
        " VALUES ($1, $2, 'M011', $3)",
        THERE, CLIENT, TODAY,
    )  # fmt: skip
    asked = await do(firm, wanted(), "BM01")
    assert await firm.code(asked) == "HAND_OVER_NUMBER_TAKEN"
    pending = await do(firm, wanted(OTHER), "BM01", key=OTHER)
    await firm.ask(
        "INSERT INTO contact (branch_id, contact_id, manager_id, client_id) SELECT $1, contact_id,"
        " 'M011', $2 FROM contact WHERE client_id = $3 LIMIT 1",
        THERE, CLIENT, OTHER,
    )  # fmt: skip
    assert await decided(firm, pending) == "APPROVAL_STALE"
    assert await home(firm, OTHER) == [(BRANCH, "M001")]


async def test_nothing_goes_by_raw_sql_of_a_worker(firm: Firm) -> None:
    asked = await do(firm, wanted(), "BM01")
    for actor in (
        at_work(BRANCH, "BM01", "branch_manager"),
        at_work(THERE, "BM02", "branch_manager"),
    ):
        with pytest.raises(DBAPIError, match="NOT_HANDED_OVER"):
            async with acting(firm.engine, actor) as connection:
                call = text("SELECT hand_over('B001', :approval, '2023-02-01')")
                await connection.execute(call, {"approval": asked.command_id})
    forged = (
        "INSERT INTO approval (branch_id, approval_id, manager_id, kind, maker, state, after)"
        " VALUES ('{}', 'X', '{}', 'hand_over', '{}', 'pending', '{{}}')"
    )
    for place, actor in (
        (("HQ", "HQ01", "HQ01"), at_work("HQ", "HQ01", "adviser")),
        ((BRANCH, "M001", "CO01"), at_work("HQ", "CO01", "compliance")),
        ((BRANCH, "M001", "BM02"), at_work(THERE, "BM02", "branch_manager")),
    ):
        with pytest.raises(DBAPIError, match="row-level security"):
            async with acting(firm.engine, actor) as connection:
                await connection.execute(text(forged.format(*place)))


async def test_it_is_told_in_both_branches_with_the_sums_that_go(firm: Firm) -> None:
    balance = (await firm.balance())[0]
    assert await hand_over(firm, wanted()) == "applied"
    audit = (
        "SELECT branch_id, chain, detail::json ->> 'from_branch', detail::json ->> 'to_branch',"
        " (detail::json -> 'sums' ->> 'points_milli')::bigint"
        " FROM audit_entry WHERE action = 'client.hand_over' ORDER BY 1"
    )
    assert await firm.ask(audit) == [
        (BRANCH, "M001", BRANCH, THERE, balance),
        (THERE, "M011", BRANCH, THERE, balance),
    ]
    tasks = "SELECT branch_id, manager_id, title FROM task WHERE kind = 'hand_over' ORDER BY 1"
    assert await firm.ask(tasks) == [
        (BRANCH, "M001", "已移交客户 1 位给 M011"),
        (THERE, "M011", "接收移交客户 1 位"),
    ]
    told = "SELECT branch_id, manager_id, title FROM timeline WHERE kind = 'hand_over'"
    title = f"客户移交:M001(B001) → M011(B002),自 {TODAY} 起(客户迁居)"
    assert await firm.ask(told) == [(THERE, "M011", title)]
    async with firm.engine.connect() as connection:
        assert await broken_links(connection) == ()


async def test_the_former_desks_streams_are_told_to_delete_and_the_new_ones_to_insert(
    firm: Firm,
) -> None:
    [(last,)] = await firm.ask(
        "SELECT coalesce(max(number), 0) FROM change_log WHERE stream = 'M001'"
    )
    assert await hand_over(firm, wanted()) == "applied"
    gone = (
        "SELECT DISTINCT row_key ->> 'branch_id', row IS NULL FROM change_log WHERE stream = 'M001'"
        " AND number > $1 AND table_name IN ('client', 'account', 'contact', 'points_entry')"
    )
    assert await firm.ask(gone, last) == [(BRANCH, True)]
    came = (
        "SELECT DISTINCT branch_id, row_key ->> 'branch_id', row ->> 'manager_id' FROM change_log"
        " WHERE stream = 'M011' AND table_name IN ('client', 'account', 'contact', 'points_entry')"
    )
    assert await firm.ask(came) == [(THERE, THERE, "M011")]
    kept = "SELECT count(*)::int FROM change_log WHERE branch_id = $1 AND row ->> 'client_id' = $2"
    assert await firm.ask(kept, BRANCH, CLIENT) == [(0,)]


async def sums(firm: Firm) -> dict[str, dict[object, object]]:
    """By branch: commission as it is credited, points as clients have them."""
    credited = "SELECT credited_branch, sum(amount_cents)::int FROM commission_entry GROUP BY 1"
    points = "SELECT branch_id, sum(points_milli)::bigint FROM client GROUP BY 1"
    return {
        "credited": dict(await firm.ask(credited)),  # type: ignore[arg-type]
        "points": dict(await firm.ask(points)),  # type: ignore[arg-type]
    }


async def test_what_was_earned_stays_with_the_branch_that_earned_it(firm: Firm) -> None:
    of_today = f"UPDATE commission_entry SET trade_date = '2023-01-31' WHERE trade_date = '{TODAY}'"
    await firm.ask(of_today)
    before, balance = await sums(firm), (await firm.balance())[0]
    assert await hand_over(firm, wanted()) == "applied"
    for step in (await order_of(firm)).steps(300):
        assert await code(firm, step, "M011") == "applied"
    earned = "SELECT sum(amount_cents)::int FROM commission_entry WHERE source = 'fill'"
    [(fresh,)] = await firm.ask(earned)
    after = await sums(firm)
    assert after["credited"] == before["credited"] | {THERE: fresh}
    now = (await firm.balance())[0]
    assert after["points"] == {BRANCH: before["points"][BRANCH] - balance, THERE: now}  # type: ignore[operator]
    assert await firm.ask("SELECT client_id FROM points_unequal") == []
    entries = "SELECT DISTINCT branch_id FROM commission_entry WHERE client_id = $1"
    assert await firm.ask(entries, CLIENT) == [(THERE,)]  # his own figures go on


async def test_trades_of_the_day_are_credited_to_the_new_branch(firm: Firm) -> None:
    for step in (await order_of(firm)).steps(300):
        await firm.do(step)
    assert await hand_over(firm, wanted()) == "applied"
    credited = (
        "SELECT DISTINCT credited_branch, credited_to FROM commission_entry WHERE client_id = $1"
        f" AND trade_date >= '{TODAY}'"
    )
    assert await firm.ask(credited, CLIENT) == [(THERE, "M011")]
    kept = "SELECT branch_id, manager_id FROM keeper_on($1, $2, $3)"
    assert await firm.ask(kept, THERE, CLIENT, TODAY) == [(THERE, "M011")]
    assert await firm.ask(kept, THERE, CLIENT, "2023-01-31") == [(BRANCH, "M001")]


async def test_fills_of_the_former_branch_are_never_lost(firm: Firm) -> None:
    """Central knew nothing of the order when the client went; of two people's engines."""
    order = await order_of(firm)
    assert await hand_over(firm, wanted()) == "applied"
    for step in order.steps(100, 200) * 2:  # and again, from another desk of the same engine
        assert await code(firm, step) == "applied"
    for step in order.named("O2", ledger="J2").steps(300):
        assert await code(firm, step, "BM01") == "applied"
    fills = "SELECT branch_id, manager_id, sum(quantity)::int FROM trade_fill"
    fills += " WHERE client_id = $1 GROUP BY 1, 2"
    assert await firm.ask(fills, CLIENT) == [(THERE, "M011", 600)]
    entered = order.named("O3", ledger="J3").step(1, OrderState.WORKING)
    late = RecordOrder("J3", 1, replace(entered, entered_at=f"{TODAY}T10:00:01.000+08:00"))
    assert await code(firm, late) == "applied"
    tasks = "SELECT branch_id, manager_id FROM task WHERE task_id = 'former-O3'"
    assert await firm.ask(tasks) == [(THERE, "M011")]


async def test_what_happened_before_is_recorded_and_anything_else_refused(firm: Firm) -> None:
    assert await hand_over(firm, wanted()) == "applied"
    for by in ("M001", "BM01"):
        spoken = LogContact(f"K-{by}", CLIENT, "phone", "out", "谈了减仓", SPOKEN_AT)
        earlier = {"created_at": f"{TODAY}T09:59:00.000+08:00"}
        assert await code(firm, spoken, by, **earlier) == "applied"
        assert await code(firm, REDEEM, by, **earlier) == "CLIENT_HANDED_OVER"
        after = {"created_at": f"{TODAY}T10:00:00.000+08:00"}
        assert await code(firm, spoken, by, **after) == "CLIENT_HANDED_OVER"
    contacts = "SELECT branch_id, manager_id, by_staff FROM contact"
    contacts += " WHERE contact_id IN ('K-M001', 'K-BM01') ORDER BY 3"
    assert await firm.ask(contacts) == [(THERE, "M011", "BM01"), (THERE, "M011", "M001")]
    refused = "SELECT DISTINCT branch_id, client_id FROM task WHERE kind = 'command_refused'"
    assert await firm.ask(refused) == [(BRANCH, None)]
    answers = "SELECT DISTINCT branch_id FROM applied_command WHERE manager_id = 'M001'"
    assert await firm.ask(answers) == [(BRANCH,)]
    stranger = LogContact("K-X", CLIENT, "phone", "out", "谈", SPOKEN_AT)
    assert await code(firm, stranger, "M003", manager_id="M003") == "CLIENT_NOT_FOUND"
    assert await code(firm, stranger, "M011") == "applied"


@pytest.mark.parametrize("maker", ["M001", "BM01"])
async def test_what_was_asked_for_before_is_decided_there_and_done_for_the_new_manager(
    firm: Firm, maker: str
) -> None:
    asked = await do(firm, REDEEM, maker)
    assert await hand_over(firm, wanted()) == "applied"
    stands = "SELECT a.branch_id, a.manager_id, a.maker, k.branch_id, k.manager_id FROM approval a"
    stands += " JOIN held_command k USING (approval_id) WHERE approval_id = $1"
    assert await firm.ask(stands, asked.command_id) == [(THERE, "M011", maker, THERE, "M011")]
    assert await queue(firm, asked) == ["BM02"]
    assert await firm.code(await firm.decide(asked, by="BM01")) == "CLIENT_HANDED_OVER"
    unkeyed = await firm.decide(asked, by="BM01", key="")
    assert await firm.code(unkeyed) == "APPROVAL_NOT_FOUND"
    assert await decided(firm, asked) == "applied"
    assert await firm.ask("SELECT branch_id, manager_id, state FROM points_hold") == [
        (THERE, "M011", "burned")
    ]
    sold = "SELECT branch_id, manager_id, product FROM subscription WHERE client_id = $1"
    assert await firm.ask(sold, CLIENT) == [(THERE, "M011", "SMS2")]
    assert (await firm.balance())[0] == (await firm.balance())[2]


@pytest.mark.parametrize("maker", ["M001", "BM01"])
async def test_the_new_manager_takes_back_what_was_asked_for_before(firm: Firm, maker: str) -> None:
    asked = await do(firm, REDEEM, maker)
    assert await hand_over(firm, wanted()) == "applied"
    back = WithdrawApproval(asked.command_id, "客户不要了")
    assert await code(firm, back, maker) == "CLIENT_HANDED_OVER"
    assert await code(firm, back, "M011") == "applied"
    assert await firm.ask("SELECT branch_id, state FROM points_hold") == [(THERE, "released")]


async def test_refused_there_it_is_told_to_the_new_manager(firm: Firm) -> None:
    asked = await do(firm, REDEEM)
    assert await hand_over(firm, wanted()) == "applied"
    assert await decided(firm, asked, verdict="refuse") == "applied"
    tasks = "SELECT branch_id, manager_id, client_id FROM task WHERE kind = 'approval_refused'"
    assert await firm.ask(tasks) == [(THERE, "M011", CLIENT)]


async def test_a_household_goes_whole_and_comes_back_whole(firm: Firm) -> None:
    await firm.do(FormHousehold("H1", "一家", (CLIENT, OTHER)))
    assert await code(firm, wanted(), "BM01") == "HAND_OVER_HOUSEHOLD"
    assert await hand_over(firm, wanted(CLIENT, OTHER)) == "applied"
    homes = "SELECT branch_id, household_id, manager_id FROM household ORDER BY 1"
    assert await firm.ask(homes) == [(THERE, "H1", "M011")]
    back = wanted(CLIENT, OTHER, to="M002", to_branch=BRANCH)
    asked = await do(firm, back, "BM02")
    assert await decided(firm, asked, "BM01") == "applied"
    assert await firm.ask(homes) == [(BRANCH, "H1", "M002")]
    days = "SELECT branch_id, manager_id FROM client_manager WHERE client_id = $1 AND from_on = $2"
    assert await firm.ask(days, CLIENT, TODAY) == [(BRANCH, "M002")]
    assert await code(firm, (await order_of(firm)).steps()[0], "M011") == "applied"


async def test_who_once_belonged_to_a_household_has_it_there_as_well(firm: Firm) -> None:
    await firm.do(FormHousehold("H1", "一家", (CLIENT, OTHER)))
    await firm.do(SplitHousehold("S1", "H1", "H2", "分家", (OTHER,)), key=CLIENT)
    assert await hand_over(firm, wanted(OTHER)) == "applied"
    homes = "SELECT branch_id, household_id, manager_id FROM household ORDER BY 1, 2"
    assert await firm.ask(homes) == [
        (BRANCH, "H1", "M001"),
        (THERE, "H1", "M011"),
        (THERE, "H2", "M011"),
    ]
    assert await hand_over(firm, wanted(CLIENT)) == "applied"
    assert await firm.ask(homes) == [(THERE, "H1", "M011"), (THERE, "H2", "M011")]


async def test_a_campaign_keeps_its_guests_of_then_and_gets_free_seats_back(firm: Firm) -> None:
    await consent(firm, GUEST, OTHER_GUEST)
    await approved(firm)
    await firm.do(InviteClients(CAMPAIGN, (GUEST, OTHER_GUEST)), key=CAMPAIGN)
    await firm.do(AnswerInvitation(CAMPAIGN, GUEST, "accepted", "phone"), key=CAMPAIGN)
    assert await state(firm) == ("inviting", 2)
    assert await hand_over(firm, wanted(GUEST)) == "applied"
    assert await state(firm) == ("inviting", 1)
    row = (
        "SELECT branch_id, manager_id, client_branch, state FROM campaign_invitation"
        " WHERE client_id = $1 AND campaign_id = $2"
    )
    assert await firm.ask(row, GUEST, CAMPAIGN) == [(BRANCH, "", THERE, "withdrawn")]
    told = "SELECT branch_id, title FROM timeline WHERE kind = 'campaign' AND title ~ '退出活动'"
    assert await firm.ask(told) == [(THERE, "移交至其他营业部,退出活动:春季报告会")]
    back = wanted(GUEST, to="M001", to_branch=BRANCH)
    asked = await do(firm, back, "BM02")
    assert await decided(firm, asked, "BM01") == "applied"
    assert await firm.ask(row, GUEST, CAMPAIGN) == [(BRANCH, "M001", BRANCH, "withdrawn")]


async def test_questions_go_along_to_the_desks_that_answer_them_now(firm: Firm) -> None:
    await firm.ask("UPDATE client SET tier = 'gold' WHERE client_id = $1", CLIENT)
    await firm.ask(
        "INSERT INTO subscription (branch_id, subscription_id, manager_id, client_id, product,"
        " state, starts_on) VALUES ('B001', 'E1', 'M001', $1, 'E', 'active', '2023-01-01')",
        CLIENT,
    )
    await firm.do(AskQuestion("Q1", CLIENT, "问一", "怎么看?"))
    await firm.do(AskQuestion("Q2", CLIENT, "问二", "怎么看?"))
    assert await code(firm, TakeQuestion("Q1"), "BM01", key=CLIENT) == "applied"
    assert await code(firm, EscalateQuestion("Q2", "请总部答复"), "BM01", key=CLIENT) == "applied"
    assert await hand_over(firm, wanted()) == "applied"
    rows = "SELECT branch_id, manager_id, question_id, desk, state, taken_by FROM advisory_question"
    assert await firm.ask(rows + " WHERE client_id = $1 ORDER BY 3", CLIENT) == [
        (THERE, "M011", "Q1", AdvisoryDesk.BRANCH, "open", ""),
        (THERE, "M011", "Q2", AdvisoryDesk.HEAD_OFFICE, "open", ""),
    ]
    copies = "SELECT question_branch, adviser FROM question_queue WHERE question_id = 'Q2'"
    assert await firm.ask(copies) == [(THERE, "HQ01")]
    assert await code(firm, TakeQuestion("Q2"), "HQ01", key="Q2") == "applied"
    assert await code(firm, AnswerQuestion("Q2", "可以关注", ()), "HQ01", key="Q2") == "applied"
    assert await code(firm, TakeQuestion("Q1"), "BM02", key=CLIENT) == "applied"
    assert await code(firm, TakeQuestion("Q1"), "BM01", key=CLIENT) == "CLIENT_HANDED_OVER"


async def test_what_somebody_else_was_told_of_him_stays_and_names_nobody(firm: Firm) -> None:
    await firm.ask(
        "INSERT INTO task (branch_id, task_id, manager_id, client_id, kind, state)"
        " VALUES ('B001', 'T-BM', 'BM01', $1, 'approval_refused', 'open')",
        CLIENT,
    )
    assert await hand_over(firm, wanted()) == "applied"
    kept = "SELECT branch_id, manager_id, client_id FROM task WHERE task_id = 'T-BM'"
    assert await firm.ask(kept) == [(BRANCH, "BM01", None)]


async def test_calls_and_looks_name_where_he_is(firm: Firm) -> None:
    await firm.ask(
        "INSERT INTO service_call (branch_id, call_id, client_branch, client_id, state)"
        " VALUES ('HQ', 'L1', 'B001', $1, 'waiting')",
        CLIENT,
    )
    await firm.ask(
        "INSERT INTO unmasking (branch_id, unmasking_id, manager_id, client_id, person)"
        " VALUES ('B001', 'U1', 'M001', $1, 'M001')",
        CLIENT,
    )
    assert await hand_over(firm, wanted()) == "applied"
    call = "SELECT branch_id, client_branch FROM service_call WHERE call_id = 'L1'"
    assert await firm.ask(call) == [("HQ", THERE)]
    look = "SELECT branch_id, manager_id, client_branch FROM unmasking WHERE unmasking_id = 'U1'"
    assert await firm.ask(look) == [(BRANCH, "M001", THERE)]


async def test_his_number_is_not_imported_again_where_he_was(firm: Firm) -> None:
    assert await hand_over(firm, wanted()) == "applied"
    line = f"{CLIENT},单文,13800000001,{id_no(1)},男,1980-01-01,2023-01-05,9001,"
    import_id, _ = await ask_import(firm, text_file(HEAD, line), by="BM01")
    rows = "SELECT outcome FROM import_row WHERE import_id = $1"
    assert await firm.ask(rows, import_id) == [("rejected",)]
    assert await home(firm) == [(THERE, "M011")]


async def test_an_import_that_brought_him_is_not_taken_back_any_more(firm: Firm) -> None:
    line = f"N1,单文,13800000001,{id_no(1)},男,1980-01-01,2023-01-05,9001,"
    import_id = await do_import(firm, text_file(HEAD, line))
    assert await hand_over(firm, wanted("N1")) == "applied"
    assert await firm.code(await ask_undo(firm, import_id)) == "IMPORT_CHANGED_SINCE"


async def plant_theirs(firm: Firm, *client_ids: str) -> None:
    """Clients whom the other branch has always had."""
    for client_id in client_ids:
        await firm.ask(
            "INSERT INTO client (branch_id, client_id, manager_id, opened_on)"
            " VALUES ('B002', $1, 'M011', '2020-01-01')",
            client_id,
        )


async def refer(firm: Firm) -> Envelope:
    """CLIENT brought OTHER; asked for while both are of one branch."""
    await firm.ask(f"UPDATE client SET opened_on = '2023-01-20' WHERE client_id = '{OTHER}'")
    asked = await do(firm, RecordReferral(CLIENT, OTHER, "2023-01-10"), key=OTHER)
    assert await firm.code(asked) == "applied"
    return asked


@pytest.mark.parametrize(
    ("gone", "branches", "by"),
    [
        ((OTHER,), {CLIENT: (BRANCH, "M001"), OTHER: (THERE, "M011")}, "BM02"),
        ((CLIENT,), {CLIENT: (THERE, "M011"), OTHER: (BRANCH, "M001")}, "BM01"),
        ((CLIENT, OTHER), {CLIENT: (THERE, "M011"), OTHER: (THERE, "M011")}, "BM02"),
    ],
)
async def test_a_referral_pays_the_referrer_wherever_the_two_are_when_it_is_agreed_to(
    firm: Firm, gone: tuple[str, ...], branches: dict[str, tuple[str, str]], by: str
) -> None:
    asked = await refer(firm)
    assert await hand_over(firm, wanted(*gone)) == "applied"
    assert await decided(firm, asked, by) == "applied"
    posted = "SELECT branch_id, manager_id, client_id FROM points_entry WHERE entry_id = $1"
    assert await firm.ask(posted, f"referral-{OTHER}") == [(*branches[CLIENT], CLIENT)]
    assert (await firm.balance())[0] == (await firm.balance())[2] == 10_500_000
    for told in ("relation", "timeline"):
        sides = f"SELECT client_id, branch_id, manager_id FROM {told} WHERE kind IN ('referrer',"
        sides += " 'referred', 'relation') ORDER BY 1"
        assert await firm.ask(sides) == [(one, *branches[one]) for one in (CLIENT, OTHER)]


async def test_a_referral_is_paid_once_though_both_have_moved(firm: Firm) -> None:
    asked, again = await refer(firm), await refer(firm)
    assert await hand_over(firm, wanted(OTHER)) == "applied"
    assert await decided(firm, asked) == "applied"
    assert await decided(firm, again) == "APPROVAL_STALE"
    assert await hand_over(firm, wanted(CLIENT)) == "applied"
    assert await decided(firm, again) == "APPROVAL_STALE"
    assert await decided(firm, again, verdict="refuse") == "applied"  # and so it ends
    repeated = RecordReferral(CLIENT, OTHER, "2023-01-10")
    assert await code(firm, repeated, "M011", key=OTHER) == "DUPLICATE"
    assert (await firm.balance())[0] == (await firm.balance())[2] == 10_500_000


async def test_who_left_the_branch_may_be_named_there_as_referrer_and_no_stranger(
    firm: Firm,
) -> None:
    assert await hand_over(firm, wanted(CLIENT)) == "applied"
    assert await decided(firm, await refer(firm), "BM01") == "applied"
    posted = "SELECT branch_id, client_id FROM points_entry WHERE entry_id = $1"
    assert await firm.ask(posted, f"referral-{OTHER}") == [(THERE, CLIENT)]
    await plant_theirs(firm, "T1")
    brought = RecordReferral("T1", GUEST, "2023-01-10")
    assert await code(firm, brought, key=GUEST) == "REFERRER_NOT_FOUND"


ENDS = [
    ((OTHER,), EndRelation("L1", CLIENT), "M001"),
    ((OTHER,), EndRelation("L1", OTHER), "M011"),
    ((OTHER,), EndRelation("L1", OTHER), "BM02"),
    ((CLIENT, OTHER), EndRelation("L1", OTHER), "M011"),
]


@pytest.mark.parametrize(("gone", "end", "by"), ENDS)
async def test_a_relation_over_two_branches_is_ended_by_who_looks_after_either(
    firm: Firm, gone: tuple[str, ...], end: EndRelation, by: str
) -> None:
    await firm.do(RelateClients("L1", CLIENT, OTHER, RelationKind.SPOUSE))
    for client_id in gone:
        assert await hand_over(firm, wanted(client_id)) == "applied"
    where = {one: (THERE, "M011") if one in gone else (BRANCH, "M001") for one in (CLIENT, OTHER)}
    sides = "SELECT client_id, branch_id, manager_id, ended_at <> '' FROM relation ORDER BY 1"
    assert await firm.ask(sides) == [(one, *where[one], False) for one in (CLIENT, OTHER)]
    keyed = {"manager_id": "M011", "key": end.client_id} if by == "BM02" else {"key": end.client_id}
    assert await code(firm, end, by, **keyed) == "applied"
    assert await firm.ask(sides) == [(one, *where[one], True) for one in (CLIENT, OTHER)]
    told = "SELECT client_id, branch_id, manager_id FROM timeline WHERE title = '客户关系终止'"
    assert await firm.ask(told + " ORDER BY 1") == [(one, *where[one]) for one in (CLIENT, OTHER)]
    assert await code(firm, end, by, **keyed) == "RELATION_NOT_FOUND"


async def test_nobody_else_ends_a_relation_and_no_other_of_its_name_ends(firm: Firm) -> None:
    await firm.do(RelateClients("L1", CLIENT, OTHER, RelationKind.SPOUSE))
    assert await hand_over(firm, wanted(OTHER)) == "applied"
    await plant_theirs(firm, "T1", "T2")
    related = RelateClients("L2", "T1", "T2", RelationKind.SIBLING)
    assert await code(firm, related, "M011", key="T1") == "applied"
    await firm.ask("UPDATE relation SET relation_id = 'L1' WHERE relation_id = 'L2'")
    end = f"SELECT end_relation('B001', 'L1', '{CLIENT}', 'X', '2023-02-01')"
    for person, branch in (("M002", BRANCH), ("M011", THERE), ("BM02", THERE)):
        role = "branch_manager" if person == "BM02" else "manager"
        async with acting(firm.engine, at_work(branch, person, role)) as connection:
            assert not await connection.scalar(text(end)), person
    assert await code(firm, EndRelation("L1", CLIENT)) == "applied"
    running = "SELECT client_id FROM relation WHERE ended_at = '' ORDER BY 1"
    assert await firm.ask(running) == [("T1",), ("T2",)]


async def test_working_orders_a_night_and_a_former_state_refuse_it_as_within_a_branch(
    firm: Firm,
) -> None:
    order = await order_of(firm)
    pending = await do(firm, wanted(), "BM01")
    await firm.do(RecordOrder("J1", 1, order.step(1, OrderState.UNKNOWN)))
    assert await code(firm, wanted(), "BM01") == "HAND_OVER_WORKING_ORDERS"
    assert await decided(firm, pending) == "APPROVAL_STALE"
    for step in order.steps(300):
        await firm.do(step)
    night = await asyncpg.connect(driver_url(firm.url))
    try:
        await night.execute("SELECT pg_advisory_lock(20230202)")
        assert await decided(firm, pending) == "APPROVAL_STALE"
        await night.execute("SELECT pg_advisory_unlock(20230202)")
    finally:
        await night.close()
    assert await decided(firm, pending) == "applied"
    assert await home(firm) == [(THERE, "M011")]
