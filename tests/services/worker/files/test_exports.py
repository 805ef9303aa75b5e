"""Exports end to end: approved, masked or in clear, marked, audited, traced; on real PostgreSQL."""

import csv
import hashlib
import io
import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from openpyxl import load_workbook

from models.clients.tier import Tier
from models.errors import ExpectedFailure
from models.files.kinds import ExportContent, ImportKind
from models.wire.service.approvals import RequestExport
from services.central.audit import prove_audit
from services.central.privacy import export
from services.central.privacy.trace import Traced, trace_file
from services.central.session import Actor
from services.files.table import read_table
from services.worker.nights.assessment.process import PROCESS
from services.worker.nights.run import Nights
from tests.support.file_work import WholeCopy, ask_import, batch_of, export_whole
from tests.support.postgres import MANAGER_CLIENTS, FixedClock
from tests.support.service_work import CLIENT, OTHER, Firm

NOW = FixedClock().now()
M001 = Actor("B001", "M001", "manager")
LIST = RequestExport("E1", (CLIENT, OTHER), ExportContent.CLIENTS, "年度回访")


def asked(**changed: object) -> RequestExport:
    plain = {"export_id": "E1", "client_ids": (CLIENT, OTHER), "content": ExportContent.CLIENTS}
    return RequestExport(**(plain | {"reason": "年度回访"} | changed))  # type: ignore[arg-type]


async def approved(firm: Firm, command: RequestExport = LIST, by: str = "M001") -> str:
    sent = await firm.do(command, by)
    assert await firm.code(await firm.decide(sent)) == "applied"
    return sent.command_id


async def made(firm: Firm, command: RequestExport = LIST, name: str = "a.csv") -> WholeCopy:
    return await export_whole(firm.engine, M001, await approved(firm, command), name, NOW)


async def traced(firm: Firm, raw: bytes) -> tuple[Traced, ...]:
    return await trace_file(firm.engine, read_table("leak", raw))


def rows_of(raw: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))


async def test_an_export_is_masked_marked_and_audited(firm: Firm) -> None:
    file = await made(firm)
    heading, header, *rows = rows_of(file.raw)
    assert header[:4] == ["客户号", "姓名", "性别", "手机"] and header[-1] == "溯源码"
    [(mobile, id_no)] = await firm.ask(
        "SELECT mobile, id_no FROM client WHERE client_id = $1", CLIENT
    )
    assert [row[0] for row in rows] == [CLIENT, OTHER]
    assert rows[0][3] == f"{str(mobile)[:3]}****{str(mobile)[-4:]}"
    assert str(id_no) not in file.raw.decode() and str(mobile) not in file.raw.decode()
    assert {row[-1] for row in rows} == {f"CMW-{file.mark}"}
    assert "M001" in heading[0] and file.mark in heading[0] and "脱敏" in heading[0]
    told = await firm.ask(
        "SELECT action, author, detail FROM audit_entry WHERE action LIKE 'export%' ORDER BY number"
    )
    assert [(action, author) for action, author, _ in told] == [
        ("export.begin", "M001"),
        ("export", "M001"),
    ]
    detail = json.loads(str(told[1][2]))
    assert detail["sha256"] == hashlib.sha256(file.raw).hexdigest() == file.file_hash
    assert detail["rows"] == 2 and "手机" in detail["columns"]
    assert json.loads(str(told[0][2]))["clients"] == [CLIENT, OTHER]
    assert (await prove_audit(firm.engine)).is_whole


async def test_in_clear_by_approval_only_and_it_comes_back_as_known(firm: Firm) -> None:
    file = await made(firm, asked(clear=True, client_ids=()))
    [(mobile,)] = await firm.ask("SELECT mobile FROM client WHERE client_id = $1", CLIENT)
    assert str(mobile) in file.raw.decode() and file.rows == MANAGER_CLIENTS
    import_id, _ = await ask_import(firm, file.raw)
    state = ("known", MANAGER_CLIENTS, 0, 0, MANAGER_CLIENTS, 0, 0)
    assert await batch_of(firm, import_id) == state


async def test_a_masked_export_never_overwrites_what_it_masks(firm: Firm) -> None:
    import_id, _ = await ask_import(firm, (await made(firm)).raw)
    assert await batch_of(firm, import_id) == ("known", 2, 0, 0, 0, 0, 2)


@pytest.mark.parametrize("content", list(ExportContent))
async def test_every_content_comes_as_a_workbook_too(firm: Firm, content: ExportContent) -> None:
    file = await made(firm, asked(content=content, clear=True), "a.xlsx")
    workbook = load_workbook(io.BytesIO(file.raw))
    page = workbook.worksheets[0]
    assert file.mark in str(page["A1"].value) and "明文" in str(page["A1"].value)
    assert page.oddHeader is not None and file.mark in str(page.oddHeader.center.text)
    assert page.max_row == file.rows + 2
    if content in (ExportContent.HOLDINGS, ExportContent.CASH):
        import_id, _ = await ask_import(firm, file.raw, ImportKind(content.value))
        assert (await batch_of(firm, import_id))[4] == file.rows  # all known, to the cent


async def test_assessed_months_go_out_for_the_managers_who_may_be_seen(firm: Firm) -> None:
    """Of his own clients' manager, also where another manager of the branch was assessed."""
    await Nights(firm.engine, FixedClock(), [PROCESS]).run(date(2023, 1, 31))
    figures = "SELECT count(*) FROM assessment_figure WHERE manager_id = 'M001'"
    file = await made(firm, asked(content=ExportContent.ASSESSMENT))
    _, header, *rows = rows_of(file.raw)
    assert header[:4] == ["期间起", "期间止", "客户经理", "项目"]
    assert {row[2] for row in rows} == {"M001"}
    assert [(len(rows),)] == await firm.ask(figures)
    by_item = {row[3]: row for row in rows}
    assert by_item["客户资料录入"][6] == "100.00"
    assert by_item["目标:新增客户资产(元)"][5] == "1000000"


async def test_only_the_maker_within_his_days_and_for_so_many_clients(firm: Firm) -> None:
    approval = await approved(firm, asked(client_ids=(), tiers=(Tier.GOLD,), until="2023-02-03"))
    late = NOW + timedelta(days=3)
    for actor, at, code in (
        (replace(M001, staff_id="M002"), NOW, "EXPORT_NOT_APPROVED"),
        (Actor("B001", "BM01", "branch_manager"), NOW, "EXPORT_NOT_APPROVED"),
        (M001, late, "EXPORT_OVER"),
    ):
        with pytest.raises(ExpectedFailure) as failure:
            await export_whole(firm.engine, actor, approval, "a.csv", at)
        assert failure.value.code == code
    await export_whole(firm.engine, M001, approval, "a.csv", NOW + timedelta(days=2))
    await firm.ask("UPDATE client SET tier = 'gold' WHERE manager_id = 'M001'")
    with pytest.raises(ExpectedFailure) as failure:
        await export_whole(firm.engine, M001, approval, "a.csv", NOW)
    assert failure.value.code == "EXPORT_GROWN"


async def test_nothing_is_exported_before_it_is_approved(firm: Firm) -> None:
    sent = await firm.do(LIST)
    with pytest.raises(ExpectedFailure) as failure:
        await export_whole(firm.engine, M001, sent.command_id, "a.csv", NOW)
    assert failure.value.code == "EXPORT_NOT_APPROVED"
    await firm.decide(sent, "refuse")
    with pytest.raises(ExpectedFailure) as failure:
        await export_whole(firm.engine, M001, sent.command_id, "a.csv", NOW)
    assert failure.value.code == "EXPORT_NOT_APPROVED"
    assert await firm.ask("SELECT count(*) FROM export_copy") == [(0,)]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"reason": " "}, "REASON_MISSING"),
        ({"client_ids": (CLIENT, "C000060")}, "CLIENT_NOT_FOUND"),
        ({"client_ids": (CLIENT, CLIENT)}, "CLIENTS_INVALID"),
        ({"tiers": (Tier.GOLD,)}, "CLIENTS_INVALID"),
        ({"until": "2023-01-31"}, "EXPORT_DAYS"),
        ({"until": "2024-01-31"}, "EXPORT_DAYS"),
        ({"until": "soon"}, "DATE_INVALID"),
    ],
)
async def test_what_cannot_be_asked_for(firm: Firm, changed: dict[str, object], code: str) -> None:
    assert await firm.code(await firm.do(asked(**changed))) == code


async def test_a_client_handed_over_is_no_longer_exported(firm: Firm) -> None:
    approval = await approved(firm)
    await firm.ask("UPDATE client SET manager_id = 'M002' WHERE client_id = $1", OTHER)
    file = await export_whole(firm.engine, M001, approval, "a.csv", NOW)
    assert [row[0] for row in rows_of(file.raw)[2:]] == [CLIENT]


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
async def test_rows_beyond_a_batch_and_a_file_beyond_memory_are_all_there(
    firm: Firm, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    approval = await approved(firm, asked(client_ids=()))
    at_once = await export_whole(firm.engine, M001, approval, name, NOW)
    monkeypatch.setattr(export, "_BATCH", 7)
    monkeypatch.setattr(export, "_IN_MEMORY_BYTES", 100)
    in_parts = await export_whole(firm.engine, M001, approval, name, NOW)
    assert (in_parts.rows, in_parts.file_hash) == (
        MANAGER_CLIENTS,
        hashlib.sha256(in_parts.raw).hexdigest(),
    )
    rows = [read_table(name, one.raw).rows for one in (at_once, in_parts)]
    assert [row[:-1] for row in rows[0][1:]] == [row[:-1] for row in rows[1][1:]]
    prints = await firm.ask("SELECT DISTINCT fingerprint FROM export_copy")
    assert len(prints) == 1


async def test_a_leaked_file_names_its_copy(firm: Firm) -> None:
    one = await made(firm, asked(client_ids=()))
    two = await made(firm, asked(client_ids=()), "b.xlsx")
    assert [(t.mark, t.by) for t in await traced(firm, one.raw)] == [(one.mark, "file")]
    assert [(t.mark, t.by) for t in await traced(firm, two.raw)] == [(two.mark, "file")]
    lines = one.raw.decode("utf-8-sig").splitlines()
    part = "\n".join(lines[5:7]).encode("gb18030")
    assert [(t.mark, t.by, t.matches) for t in await traced(firm, part)] == [(one.mark, "mark", 2)]
    stripped = "\n".join(line.rpartition(",")[0] for line in lines[4:12]).encode()
    found = await traced(firm, stripped)
    assert [(t.by, t.matches) for t in found] == [("content", 8), ("content", 8)]
    assert await traced(firm, b"a,b\nc,d\ne,f\n") == ()


async def test_a_name_that_a_spreadsheet_would_run_is_led_by_an_apostrophe(firm: Firm) -> None:
    bad = '=HYPERLINK("http://x","y")'
    await firm.ask("UPDATE client SET name = $1 WHERE client_id = $2", bad, CLIENT)
    assert rows_of((await made(firm)).raw)[2][1] == "'" + bad
    book = load_workbook(io.BytesIO((await made(firm, name="a.xlsx")).raw))
    cell = book.worksheets[0]["B3"]
    assert (cell.value, cell.data_type) == ("'" + bad, "s")


async def test_a_form_that_is_none_begins_nothing(firm: Firm) -> None:
    approval = await approved(firm)
    with pytest.raises(ExpectedFailure) as failure:
        await export_whole(firm.engine, M001, approval, "a.pdf", NOW)
    assert failure.value.code == "EXPORT_FORM"
    assert await firm.ask("SELECT count(*) FROM export_copy") == [(0,)]
