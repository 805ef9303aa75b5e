"""Imports end to end: judged, approved, applied, taken back, on real PostgreSQL."""

import json
from datetime import timedelta

import msgspec
import pytest

from models.files.kinds import ImportKind
from models.wire.service.approvals import WithdrawApproval
from models.wire.service.files import RequestImport, StageImport
from services.central.audit import prove_audit
from services.central.sync.pruning import Keeping, prune
from services.files.packing import digest_of, pack_rows
from services.files.prepared import prepare_import
from services.worker.nights.run import Nights
from tests.support.file_work import (
    HEAD,
    ask_import,
    ask_undo,
    batch_of,
    do_import,
    id_no,
    reasons_of,
    text_file,
)
from tests.support.postgres import TODAY, FixedClock
from tests.support.service_work import CLIENT, OTHER, Firm

CLIENT_ROWS = (
    "SELECT client_id, name, pinyin, initials, mobile, manager_id, tier, opened_on FROM client"
    " WHERE client_id LIKE 'N%' ORDER BY 1"
)
EVERYTHING = (
    "SELECT (SELECT jsonb_agg(to_jsonb(c) - 'version' ORDER BY client_id) FROM client c)::text,"
    " (SELECT jsonb_agg(to_jsonb(a) - 'version' ORDER BY account) FROM account a)::text,"
    " (SELECT jsonb_agg(to_jsonb(h) - 'version' ORDER BY account, symbol) FROM holding h)::text,"
    " (SELECT sum(points_milli) FROM points_entry)::text"
)
NEW = (
    f"N1,单文,13800000001,{id_no(1)},男,1980-01-01,2023-01-05,9001,",
    f"N2,Anna Lee,13800000002,{id_no(2)},F,1980/1/1,,,M001",
)


async def test_new_clients_come_in_when_a_second_person_agrees(firm: Firm) -> None:
    import_id, asked = await ask_import(firm, text_file(HEAD, *NEW))
    assert await firm.ask(CLIENT_ROWS) == []
    assert await batch_of(firm, import_id) == ("pending", 2, 2, 0, 0, 0, 0)
    [(after,)] = await firm.ask("SELECT after FROM approval WHERE state = 'pending'")
    shown = json.loads(str(after))
    assert shown["added"] == 2 and shown["first"][0]["client"] == "N1"
    assert "单文" not in str(after) and "13800000001" not in str(after)
    assert await firm.code(await firm.decide(asked)) == "applied"
    assert await firm.ask(CLIENT_ROWS) == [
        (
            "N1",
            "单文",
            "dan wen,chan wen,shan wen",
            "dw",
            "13800000001",
            "M001",
            "ordinary",
            "2023-01-05",
        ),
        ("N2", "Anna Lee", "anna lee", "al", "13800000002", "M001", "ordinary", "2023-02-01"),
    ]
    assert await firm.ask(
        "SELECT account, client_id, cash_cents FROM account WHERE account='9001'"
    ) == [("9001", "N1", 0)]
    assert await firm.ask(
        "SELECT client_id, title FROM timeline WHERE kind = 'import' ORDER BY 1"
    ) == [
        ("N1", "导入新增客户"),
        ("N2", "导入新增客户"),
    ]
    assert (await prove_audit(firm.engine)).is_whole


async def test_the_same_file_again_is_all_known_and_asks_nobody(firm: Firm) -> None:
    await do_import(firm, text_file(HEAD, *NEW))
    again, asked = await ask_import(firm, text_file(HEAD, *NEW))
    assert await firm.code(asked) == "applied"
    assert await batch_of(firm, again) == ("known", 2, 0, 0, 2, 0, 0)
    assert await firm.ask("SELECT count(*) FROM approval") == [(1,)]


async def test_an_import_taken_back_leaves_everything_as_it_was(firm: Firm) -> None:
    before = await firm.ask(EVERYTHING)
    changed = f"{CLIENT},改名,13900000009,,,,,,"
    import_id = await do_import(firm, text_file(HEAD, *NEW, changed))
    assert await firm.ask(EVERYTHING) != before
    undo = await ask_undo(firm, import_id)
    assert await firm.code(undo) == "applied"
    assert await firm.code(await firm.decide(undo)) == "applied"
    assert await firm.ask(EVERYTHING) == before
    assert (await batch_of(firm, import_id))[0] == "undone"
    assert await firm.code(await ask_undo(firm, import_id)) == "IMPORT_STATE"
    assert (await prove_audit(firm.engine)).is_whole


async def test_later_changes_keep_an_import_from_being_taken_back(firm: Firm) -> None:
    changed = f"{CLIENT},改名,13900000009,,,,,,"
    import_id = await do_import(firm, text_file(HEAD, *NEW, changed))
    await firm.ask("UPDATE client SET mobile = '13911111111' WHERE client_id = $1", CLIENT)
    await firm.ask(
        "INSERT INTO contact (branch_id, contact_id, manager_id, client_id)"
        " VALUES ('B001', 'K9', 'M001', 'N1')"
    )
    undo = await ask_undo(firm, import_id)
    assert await firm.code(undo) == "IMPORT_CHANGED_SINCE"
    [(message,)] = await firm.ask(
        "SELECT message FROM command_answer WHERE command_id = $1", undo.command_id
    )
    assert f"第 4 行 {CLIENT}" in str(message) and "N1 contact" in str(message)
    assert (await batch_of(firm, import_id))[0] == "applied"


async def test_rows_that_cannot_be_applied_say_where_and_why(firm: Firm) -> None:
    await firm.ask("UPDATE client SET id_no = $1 WHERE client_id = $2", id_no(7), OTHER)
    [(theirs, their_id)] = await firm.ask(
        "SELECT client_id, id_no FROM client WHERE manager_id <> 'M001' ORDER BY 1 LIMIT 1"
    )
    [(account,)] = await firm.ask("SELECT account FROM account WHERE client_id = $1", CLIENT)
    lines = (
        "N1,张三,1381234567,,,,,,",
        f"N2,张三,13800000002,{id_no(7)},,,,,",
        "N3,张三,13800000003,,,,,,M002",
        "N4,,13800000004,,,,,,",
        "N5,张三,13800000005,110101198001011234,,,,,",
        "N6,=cmd,13800000006,,,,,,",
        f"{theirs},张三,13800000007,,,,,,",
        f"N8,张三,13800000008,{their_id},,,,,",
        "N9,张三,13800000009,,,1980-02-30,,,",
        "N10,张三,13800000010,,,,2099-01-01,,",
        f"N11,张三,13800000011,,,,,{account},",
        "N12,张三,13800000012,,,,,,",
        "N12,李四,13800000013,,,,,,",
        f"{CLIENT},张三,13800000014,,,,,nobody,",
        "N15,张三,138****0015,,,,,,",
        f"N16,张三,13800000016,{id_no(7)},,,,,",
    )
    import_id, _ = await ask_import(firm, text_file(HEAD, *lines))
    assert await reasons_of(firm, import_id) == [
        (2, "mobile", "MOBILE_FORMAT", ""),
        (3, "id_no", "SAME_PERSON", OTHER),
        (4, "manager", "MANAGER_OTHER", ""),
        (5, "name", "FIELD_MISSING", ""),
        (6, "id_no", "ID_NO_CHECK", ""),
        (7, "name", "NAME_FORMAT", ""),
        (8, "client_no", "CLIENT_NO_TAKEN", ""),
        (9, "id_no", "ID_NO_TAKEN", ""),
        (10, "birthday", "DATE_INVALID", ""),
        (11, "opened_on", "DATE_FUTURE", ""),
        (12, "account", "ACCOUNT_TAKEN", ""),
        (14, "client_no", "TWICE_IN_FILE", "13"),
        (15, "account", "ACCOUNT_NOT_HIS", ""),
        (16, "mobile", "MOBILE_FORMAT", ""),
        (17, "id_no", "SAME_PERSON", OTHER),
    ]
    assert await batch_of(firm, import_id) == ("pending", 16, 1, 0, 0, 2, 13)
    [(faults,)] = await firm.ask("SELECT faults FROM import_batch")
    assert json.loads(str(faults))[0]["advice"].startswith("手机号应为")


async def test_statements_set_holdings_and_cash_and_come_back(firm: Firm) -> None:
    before = await firm.ask(EVERYTHING)
    [(account, symbol, quantity)] = await firm.ask(
        "SELECT account, symbol, quantity FROM holding WHERE client_id = $1 ORDER BY 2 LIMIT 1",
        CLIENT,
    )
    head = "资金账号,证券代码,持仓数量,可卖数量,持仓成本(元)"
    raw = text_file(
        head,
        f'{account},{symbol},{int(str(quantity)) + 100},,"12,345.60"',
        f"{account},688981,200,0,9000",
        f"{account},920001.BJ,0,0,0",
        f"{account},300750.SZ,100,200,1",
        "nobody,600519.SH,1,1,1",
    )
    held = await do_import(firm, raw, ImportKind.HOLDINGS)
    assert await batch_of(firm, held) == ("applied", 5, 1, 1, 1, 0, 2)
    assert await firm.ask(
        "SELECT quantity, sellable, cost_cents FROM holding WHERE account = $1"
        " AND symbol = '688981.SH'",
        account,
    ) == [(200, 0, 900_000)]
    cash = await do_import(
        firm, text_file("资金账号,资金余额", f"{account},1000.01"), ImportKind.CASH
    )
    assert await firm.ask("SELECT cash_cents FROM account WHERE account = $1", account) == [
        (100_001,)
    ]
    for import_id in (cash, held):
        undo = await ask_undo(firm, import_id)
        assert await firm.code(await firm.decide(undo)) == "applied"
    assert await firm.ask(EVERYTHING) == before


async def test_an_import_that_the_world_has_overtaken_is_not_applied(firm: Firm) -> None:
    import_id, asked = await ask_import(firm, text_file(HEAD, f"{CLIENT},改名,13900000009,,,,,,"))
    await firm.ask("UPDATE client SET name = '别名' WHERE client_id = $1", CLIENT)
    assert await firm.code(await firm.decide(asked)) == "APPROVAL_STALE"
    assert (await batch_of(firm, import_id))[0] == "pending"
    refused = await firm.decide(asked, "refuse")
    assert await firm.code(refused) == "applied"
    assert (await batch_of(firm, import_id))[0] == "refused"


async def test_a_statement_older_than_a_trade_is_refused(firm: Firm) -> None:
    [(account,)] = await firm.ask("SELECT account FROM account WHERE client_id = $1", CLIENT)
    await firm.ask(
        "INSERT INTO trade_order (branch_id, client_order_id, manager_id, client_id, account)"
        " VALUES ('B001', 'O1', 'M001', $1, $2)",
        CLIENT,
        account,
    )
    await firm.ask(
        "INSERT INTO trade_fill (branch_id, fill_id, manager_id, client_id, client_order_id,"
        " filled_at) VALUES ('B001', 'F1', 'M001', $1, 'O1', '2023-02-01T09:40:00.000+08:00')",
        CLIENT,
    )
    raw = text_file("资金账号,资金余额,日期", f"{account},1.00,2023-01-31")
    import_id, _ = await ask_import(firm, raw, ImportKind.CASH)
    assert await reasons_of(firm, import_id) == [(2, "day", "STATEMENT_OLD", "2023-02-01")]


async def test_an_import_that_is_cut_off_or_sent_twice_is_refused(firm: Firm) -> None:
    prepared = prepare_import(ImportKind.CLIENTS, "file.csv", text_file(HEAD, *NEW))
    stage, request = prepared.commands("imp", "2023-02-01")
    assert await firm.code(await firm.do(request, key="imp")) == "IMPORT_PARTS_MISSING"
    assert await firm.code(await firm.do(stage, key="imp")) == "applied"
    assert await firm.code(await firm.do(stage, key="imp")) == "DUPLICATE"
    broken = msgspec.structs.replace(request, digest="0" * 64)
    assert await firm.code(await firm.do(broken, key="imp")) == "IMPORT_PARTS_MISSING"
    assert await firm.code(await firm.do(request, key="imp")) == "applied"
    assert await firm.code(await firm.do(request, key="imp")) == "DUPLICATE"


@pytest.mark.parametrize(
    "packed",
    [
        b"",
        b"nonsense",
        next(pack_rows([(2, "", ("N1",)), (2, "", ("N2",))])),
        next(pack_rows([(-1, "", ("N1",))])),
        next(pack_rows([(2, "a reason of my own", ())])),
    ],
)
async def test_parts_that_no_desk_makes_are_refused_with_a_reason(
    firm: Firm, packed: bytes
) -> None:
    await firm.do(StageImport("imp", 0, packed), key="imp")
    request = RequestImport("imp", ImportKind.CLIENTS, "x", "h", "", 1, digest_of([packed]))
    assert await firm.code(await firm.do(request, key="imp")) == "IMPORT_PART_BROKEN"
    assert await firm.ask("SELECT count(*) FROM import_row") == [(0,)]


async def test_the_audit_trail_tells_of_parts_without_what_is_in_them(firm: Firm) -> None:
    await ask_import(firm, text_file(HEAD, *NEW))
    told = await firm.ask("SELECT action, detail FROM audit_entry ORDER BY number")
    assert [action for action, _ in told] == ["stage_import", "request_import"]
    assert "sha256" in str(told[0][1]) and "packed" not in str(told[0][1])


async def test_who_may_not_import_is_refused(firm: Firm) -> None:
    raw = text_file(HEAD, *NEW)
    _, asked = await ask_import(firm, raw, by="CO01")
    assert await firm.code(asked) == "IMPORT_NOT_ALLOWED"
    await firm.ask("DELETE FROM import_rule WHERE role = 'manager' AND kind = 'clients'")
    _, asked = await ask_import(firm, raw)
    assert await firm.code(asked) == "IMPORT_NOT_ALLOWED"
    assert await firm.ask("SELECT count(*) FROM import_batch") == [(0,)]


async def test_a_branch_manager_says_whose_clients_they_are(firm: Firm) -> None:
    lines = (
        "N1,张三,13800000001,,,,,,M002",
        "N2,李四,13800000002,,,,,,",
        "N3,王五,13800000003,,,,,,M009",
        f"{CLIENT},赵六,13800000004,,,,,,M002",
    )
    import_id, asked = await ask_import(firm, text_file(HEAD, *lines), by="BM01")
    assert await reasons_of(firm, import_id) == [
        (3, "manager", "MANAGER_MISSING", ""),
        (4, "manager", "MANAGER_UNKNOWN", ""),
        (5, "manager", "HANDOVER_NOT_BY_IMPORT", "M001"),
    ]
    assert await firm.code(await firm.decide(asked)) == "MAKER_IS_CHECKER"
    await firm.ask("INSERT INTO staff VALUES ('B001', 'BM09', '*', '副经理', 'branch_manager')")
    assert await firm.code(await firm.decide(asked, by="BM09")) == "applied"
    assert await firm.ask("SELECT manager_id FROM client WHERE client_id = 'N1'") == [("M002",)]


async def test_an_import_taken_back_lets_the_one_before_it_be_taken_back(firm: Firm) -> None:
    before = await firm.ask(EVERYTHING)
    first = await do_import(firm, text_file(HEAD, *NEW))
    second = await do_import(firm, text_file(HEAD, NEW[0].replace("13800000001", "13800000009")))
    assert await firm.code(await ask_undo(firm, first)) == "IMPORT_CHANGED_SINCE"
    for import_id in (second, first):
        undo = await ask_undo(firm, import_id)
        assert await firm.code(await firm.decide(undo)) == "applied"
    assert await firm.ask(EVERYTHING) == before


async def test_what_a_night_finds_by_itself_does_not_keep_an_import(firm: Firm) -> None:
    import_id = await do_import(firm, text_file(HEAD, *NEW))
    await Nights(firm.engine, FixedClock()).run(FixedClock().now().date())
    undo = await ask_undo(firm, import_id)
    assert await firm.ask("SELECT message FROM command_answer WHERE code <> ''") == []
    assert await firm.code(await firm.decide(undo)) == "applied"
    assert await firm.ask(CLIENT_ROWS) == []
    for table in ("asset_day", "tier_rating", "client_tier", "timeline"):
        query = f"SELECT count(*) FROM {table} WHERE client_id LIKE 'N%'"
        assert await firm.ask(query) == [(0,)], table


async def test_a_withdrawn_or_late_import_is_not_done(firm: Firm) -> None:
    withdrawn, asked = await ask_import(firm, text_file(HEAD, *NEW))
    back = WithdrawApproval(asked.command_id, "文件有误")
    assert await firm.code(await firm.do(back)) == "applied"
    late, asked = await ask_import(firm, text_file(HEAD, *NEW))
    await firm.decide(asked, at=FixedClock().now() + timedelta(hours=25))
    for import_id in (withdrawn, late):
        assert (await batch_of(firm, import_id))[0] == "refused"
    assert await firm.ask(CLIENT_ROWS) == []


async def test_an_undo_that_is_refused_frees_its_number(firm: Firm) -> None:
    import_id = await do_import(firm, text_file(HEAD, *NEW))
    first = await ask_undo(firm, import_id)
    assert await firm.code(await ask_undo(firm, import_id)) == "UNDO_ASKED"
    assert await firm.code(await firm.decide(first, "refuse")) == "applied"
    waiting = "SELECT state, approval_id FROM import_batch WHERE import_id = $1"
    assert await firm.ask(waiting, import_id) == [("applied", "")]
    second = await ask_undo(firm, import_id)
    await firm.do(WithdrawApproval(second.command_id, ""))
    assert await firm.ask(waiting, import_id) == [("applied", "")]
    third = await ask_undo(firm, import_id)
    assert await firm.code(await firm.decide(third)) == "applied"
    assert await firm.ask(waiting, import_id) == [("undone", "")]


async def test_personal_columns_go_when_an_import_cannot_be_taken_back(firm: Firm) -> None:
    rows = "SELECT count(*) FROM import_row WHERE import_id = $1 AND after <> '{}'"
    kept = await do_import(firm, text_file(HEAD, *NEW))
    other = f"{CLIENT},改名,13900000009,,,,,,"
    refused, asked = await ask_import(firm, text_file(HEAD, other))
    assert await firm.ask(rows, refused) == [(1,)]
    await firm.decide(asked, "refuse")
    keeping = Keeping(days=14, undo_days=30)
    assert (await prune(firm.engine, TODAY + timedelta(days=30), keeping)).import_rows == 1
    assert await firm.ask(rows, refused) == [(0,)]
    assert await firm.ask(rows, kept) == [(2,)]
    asked = await ask_undo(firm, kept)
    await prune(firm.engine, TODAY + timedelta(days=31), keeping)
    assert await firm.ask(rows, kept) == [(2,)], "somebody still has to decide"
    await firm.do(WithdrawApproval(asked.command_id, ""))
    before = await firm.ask(CLIENT_ROWS)
    await prune(firm.engine, TODAY + timedelta(days=31), keeping)
    assert await firm.ask(rows, kept) == [(0,)]
    assert await batch_of(firm, kept) == ("applied", 2, 2, 0, 0, 0, 0)
    assert await firm.code(await ask_undo(firm, kept)) == "IMPORT_TOO_OLD"
    assert await firm.ask(CLIENT_ROWS) == before


async def test_parts_never_asked_for_go(firm: Firm) -> None:
    staged, *_ = prepare_import(ImportKind.CLIENTS, "x.csv", text_file(HEAD, *NEW)).commands(
        "never", ""
    )
    await firm.do(staged, key="never")
    assert (await prune(firm.engine, TODAY + timedelta(days=13), Keeping(14))).parts == 0
    assert (await prune(firm.engine, TODAY + timedelta(days=14), Keeping(14))).parts == 1


async def test_two_imports_never_bring_one_person_in_under_two_numbers(firm: Firm) -> None:
    head = "客户号,姓名,手机,证件号码"
    first, let_in = await ask_import(firm, text_file(head, f"N1,王五,13800000001,{id_no(3)}"))
    second, too_late = await ask_import(firm, text_file(head, f"N2,王五,13800000001,{id_no(3)}"))
    assert await firm.code(await firm.decide(let_in)) == "applied"
    refused = await firm.decide(too_late)
    assert await firm.code(refused) == "APPROVAL_STALE"
    assert [(await batch_of(firm, one))[0] for one in (first, second)] == ["applied", "pending"]
    assert await firm.ask("SELECT client_id FROM client WHERE id_no = $1", id_no(3)) == [("N1",)]
