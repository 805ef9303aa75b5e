"""A report of a desk's own store: what it tells, what it refuses, and that it leaves a trace."""

import asyncio
import io
import re
from collections.abc import AsyncIterator
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import select

from models.clients.tier import Role
from models.errors import ExpectedFailure
from models.files.report.document import Cell, Document, Facts, Section, Sentence, Table
from models.files.report.period import Period
from models.lives.consent import ConsentForm
from models.rules.access.fields import Field
from models.rules.basis.missing import NotConfigured
from models.rules.basis.profile import Settings
from models.rules.messages.send_gate import Purpose
from models.tables.service import TIMELINE
from models.wire.hub import SignedIn
from models.wire.service.clients import RecordConsent, RecordReport
from services.central.privacy.trace import trace_report
from services.desk.clients.firm_tiers import FirmTiers
from services.desk.clients.marks import MarkKeeper
from services.desk.clients.roll import ClientRoll
from services.desk.files.report.build import Copy, build
from services.desk.files.report.facts import ClientFacts, Told
from services.desk.files.report.gather import Wanted, gather
from services.desk.files.report.reports import ReportAsk, Reports
from services.desk.files.report.unmasking import Unmasking
from services.desk.service.service_desk import ServiceDesk
from services.desk.storage.outbox_rows import count_waiting
from services.desk.storage.person import keep_person
from services.desk.storage.rows import Row
from services.desk.sync.hub_client import SignInFacts
from services.files.writing.marks import marks_in_bytes
from tests.services.desk.sync.test_whole_circle import linked, stored, working
from tests.support.desk_data import TODAY, Desk, FakeRules, a_client, a_row, open_desk
from tests.support.hub_desk import running_hub
from tests.support.service_work import open_firm
from tests.support.trusting import PLAIN

YEAR = Period(date(2022, 2, 1), TODAY)
JANUARY = Period(date(2023, 1, 1), date(2023, 1, 31))
FILL = {"client_id": "C1", "client_order_id": "O", "symbol": "600519.SH", "side": "buy"}
ROWS: tuple[tuple[str, Row], ...] = (
    ("staff", a_row("staff", staff_id="M001", name="林晓岚")),
    ("client", a_client("C1", "张镕", points_milli=3_500, tier="silver",
                        average_assets_cents=50_000_000)),
    ("client", a_client("C2", "李四")),
    ("firm_setting", a_row("firm_setting", name="branch", effective_from="2020-01-01",
                           value='{"name": "演示营业部"}') | {"manager_id": "*"}),
    ("account", a_row("account", account="88001234", client_id="C1", cash_cents=1_000_000)),
    ("holding", a_row("holding", account="88001234", symbol="600519.SH", client_id="C1",
                      quantity=200, sellable=200, cost_cents=30_000_000)),
    ("holding", a_row("holding", account="88001234", symbol="000001.SZ", client_id="C1",
                      quantity=100, sellable=100, cost_cents=150_000)),
    ("client_rate", a_row("client_rate", client_id="C1", starts_on="2020-01-01", product="",
                          rate_units=2_500)),
    ("client_rate", a_row("client_rate", client_id="C1", starts_on="2022-06-01", product="A",
                          rate_units=12_500)),
    ("trade_order", a_row("trade_order", client_order_id="O", client_id="C1", account="88001234",
                          symbol="600519.SH", side="buy", quantity=200, price_units=18_000_000,
                          state="filled", filled=200, commission_cents=45_000, fees_cents=360)),
    ("trade_fill", a_row("trade_fill", fill_id="F1", price_units=18_000_000, quantity=100,
                         filled_at="2023-01-10T10:00:00.000+08:00", **FILL)),
    ("trade_fill", a_row("trade_fill", fill_id="F2", price_units=18_000_000, quantity=100,
                         filled_at="2023-01-10T10:01:00.000+08:00", **FILL)),
    ("points_entry", a_row("points_entry", entry_id="P1", client_id="C1", kind="opening",
                           points_milli=1_000, posted_at="2022-02-01T09:00:00.000+08:00")),
    ("points_entry", a_row("points_entry", entry_id="P2", client_id="C1", kind="commission",
                           points_milli=2_500, amount_cents=250,
                           posted_at="2023-01-10T09:00:00.000+08:00")),
    ("subscription", a_row("subscription", subscription_id="S", client_id="C1", product="SMS2",
                           state="active", starts_on="2022-03-01", ends_on="2023-02-28",
                           paid_by="cash")),
    ("contact", a_row("contact", contact_id="K", client_id="C1", channel="phone", direction="out",
                      summary="=回访", by_staff="M001",
                      happened_at="2023-01-05T10:00:00.000+08:00")),
)  # fmt: skip
PERSON = SignedIn("B1", "M001", "林晓岚", "manager", ("M001", "*"), "central", "18")


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path) as desk:
        await desk.store.write(lambda connection: keep_person(connection, PERSON))
        await desk.receive(*ROWS)
        await seen(desk)
        yield desk


async def seen(desk: Desk) -> None:
    """Let the desk see the price of one of the two securities."""
    desk.prices.set("600519.SH", 18_480_000, 18_000_000)
    desk.prices.name("600519.SH", "贵州茅台")
    roll = ClientRoll(desk.store, desk.prices)
    await roll.load()
    await MarkKeeper(store=desk.store, roll=roll, prices=desk.prices, clock=desk.clock).keep()


def reports_of(desk: Desk, rules: FakeRules | None = None, url: str = "") -> Reports:
    known = rules or FakeRules()
    facts = SignInFacts((url,) if url else (), "M001", "demo", "desk-1", trust=PLAIN)
    person = SignedIn("B001", "M001", "林晓岚", "manager", (), "c", "18") if url else PERSON
    return Reports(
        store=desk.store,
        service=ServiceDesk(store=desk.store, outbox=desk.outbox, clock=desk.clock),
        clock=desk.clock,
        rules=known,
        tiers=FirmTiers(settings=known, clock=desk.clock),
        person=person,
        unmasking=Unmasking(facts, person),
    )


async def facts_of(desk: Desk, client_id: str = "C1", period: Period = YEAR) -> ClientFacts:
    wanted = Wanted(client_id, period, Role.MANAGER, {})
    tiers = FirmTiers(settings=FakeRules(), clock=desk.clock)
    return await desk.store.read(lambda connection: gather(connection, wanted, tiers))


async def document_of(desk: Desk, client_id: str = "C1", period: Period = YEAR) -> Document:
    facts = await facts_of(desk, client_id, period)
    made_at = desk.clock.now().isoformat(timespec="milliseconds")
    told = Told(period, TODAY, made_at, "B1", "林晓岚(M001)", FakeRules())
    return build([facts], told, Copy("CMW-0", "林晓岚(M001)", False))


def section(document: Document, title: str) -> Section:
    return next(one for one in document.sections if one.title == title)


def tables(document: Document, title: str) -> list[Table]:
    return [one for one in section(document, title).blocks if isinstance(one, Table)]


def texts(document: Document, title: str) -> str:
    return "".join(one.text for one in section(document, title).blocks if isinstance(one, Sentence))


def cells(row: tuple[Cell, ...] | None) -> list[str]:
    return [str(cell) for cell in row or ()]


async def test_it_tells_what_the_client_has(desk: Desk) -> None:
    document = await document_of(desk)
    [held] = tables(document, "持仓")
    assert cells(held.rows[0]) == [
        "贵州茅台", "600519.SH", "200", "300000", "1848", "369600", "69600", "23.20", "96.98"
    ]  # fmt: skip
    assert cells(held.total)[5] == "371100"
    assert "000001.SZ 没有可用的价格,暂按成本计入" in texts(document, "资产")
    assert cells(tables(document, "资产")[0].total) == ["合计", "381100"]
    [found] = tables(document, "组合诊断")
    assert cells(found.rows[0])[:3] == ["单一证券占比过高", "贵州茅台", "99.60"]


async def test_it_compares_the_products_rate_with_the_base_rate(desk: Desk) -> None:
    document = await document_of(desk)
    [traded] = tables(document, "成交与费用")
    assert cells(traded.rows[0])[3:] == ["200", "1800.0000", "360000", "450", "1.2500", "3.6"]
    said = texts(document, "佣金率与产品")
    assert "实收佣金 450.00 元" in said and "按基准佣金率为 90.00 元,多付 360.00 元" in said


async def test_each_base_rate_of_the_period_is_told_with_its_days(desk: Desk) -> None:
    later = a_row("client_rate", client_id="C1", starts_on="2023-01-16", product="",
                  rate_units=2_000)  # fmt: skip
    await desk.receive(("client_rate", later), after=len(ROWS))
    [told] = tables(await document_of(desk, period=JANUARY), "佣金率与产品")
    assert [cells(row)[1:] for row in told.rows if cells(row)[0] == "基准佣金率"] == [
        ["0.25", "2020-01-01", "2023-01-15"],
        ["0.2", "2023-01-16", "长期"],
    ]


async def test_the_closing_balance_is_the_sum_of_all_entries(desk: Desk) -> None:
    [facts] = [one for one in section(await document_of(desk, period=JANUARY), "积分").blocks
               if isinstance(one, Facts)]  # fmt: skip
    assert facts.pairs[:2] == (
        ("期初余额", "1(2023-01-01 之前)"),
        ("期末余额", "3.5(2023-01-31)"),
    )
    wrong = ("client", a_client("C1", "张镕", points_milli=3_499, version=2))
    await desk.receive(wrong, after=len(ROWS))
    with pytest.raises(ExpectedFailure) as failure:
        await document_of(desk)
    assert failure.value.code == "REPORT_UNBALANCED"


FEE = a_row("product_fee", fee_id="F1", client_id="C1", product="D", kind="fee", days=31,
            period_from="2023-01-01", period_to="2023-01-31", average_cents=800_000_000,
            amount_cents=942_740)  # fmt: skip
FEE_ROW = a_row("product_fee_row", fee_id="F1", client_id="C1", from_on="2023-01-01",
                fee_cents=942_740)  # fmt: skip


async def test_the_annual_fee_is_told_with_what_it_was_reckoned_on(desk: Desk) -> None:
    back = FEE | {"fee_id": "X1", "kind": "correction", "about": "F1", "amount_cents": -42_740}
    earlier = FEE | {"fee_id": "F0", "period_from": "2022-12-01", "period_to": "2022-12-31",
                     "amount_cents": 0, "code": "ENTRUSTED_UNKNOWN"}  # fmt: skip
    entries = (("product_fee", FEE), ("product_fee_row", FEE_ROW), ("product_fee", earlier))
    await desk.receive(*entries, ("product_fee", back), after=len(ROWS))
    document = await document_of(desk)
    [told] = tables(document, "产品年费")
    assert [cells(row)[1:] for row in told.rows] == [
        ["2022-12-01", "2022-12-31", "31", "None", "0"],
        ["2023-01-01", "2023-01-31", "31", "8000000", "9000"],
    ]
    assert cells(told.total)[5] == "9000"
    said = texts(document, "产品年费")
    assert "2022-12-01 至 2022-12-31 的年费未收取:部分日期的受托资产未知" in said
    assert "2023-01-01 至 2023-01-31 的年费原为 9,427.40 元,经复核更正为 9,000.00 元" in said
    assert len(tables(await document_of(desk, period=JANUARY), "产品年费")[0].rows) == 1


async def test_a_fee_that_is_not_the_sum_of_its_rows_is_not_told(desk: Desk) -> None:
    wrong = FEE_ROW | {"fee_cents": 942_739}
    await desk.receive(("product_fee", FEE), ("product_fee_row", wrong), after=len(ROWS))
    with pytest.raises(ExpectedFailure) as failure:
        await document_of(desk)
    assert failure.value.code == "REPORT_UNBALANCED"


async def test_every_section_without_data_says_so(desk: Desk) -> None:
    document = await document_of(desk, "C2")
    assert all(section.blocks for section in document.sections)
    assert texts(document, "持仓") == "目前没有持仓。"
    assert "报告期内没有经本系统的成交" in texts(document, "成交与费用")
    assert "没有积分变动" in texts(document, "积分")


async def test_a_trade_whose_charges_are_not_booked_is_told_and_not_counted(desk: Desk) -> None:
    order = next(row for table, row in ROWS if table == "trade_order")
    unbooked = order | {"commission_cents": 0, "fees_cents": 0, "version": 2}
    await desk.receive(("trade_order", unbooked), after=len(ROWS))
    document = await document_of(desk)
    assert cells(tables(document, "成交与费用")[0].rows[0])[6:] == ["None", "None", "None"]
    assert "1 笔委托的费用尚未结算" in texts(document, "成交与费用")


async def test_personal_fields_are_masked_by_the_role(desk: Desk) -> None:
    person = (await facts_of(desk)).person
    assert (person.name, person.mobile, person.id_no) == (
        "张镕",
        "138****5678",
        "110101********1234",
    )
    assert person.accounts == ("****1234",)


async def test_a_copy_is_in_the_outbox_before_it_is_given_out(desk: Desk) -> None:
    copy = await reports_of(desk).make(ReportAsk(client_id="C1", period=YEAR, form="pdf"))
    assert sha256(copy.raw).hexdigest() == copy.file_hash
    assert marks_in_bytes(copy.raw) == {copy.mark}
    assert await desk.store.read(count_waiting) == 1
    other = await reports_of(desk).make(ReportAsk(client_id="C1", period=YEAR, form="xlsx"))
    assert other.mark != copy.mark
    book = load_workbook(io.BytesIO(other.raw))
    assert book["沟通记录"]["C5"].value == "'=回访"
    assert book["客户与服务人员"]["B10"].value == "演示营业部"
    assert book["客户与服务人员"]["B11"].value == "林晓岚(M001)"


async def test_what_is_given_up_leaves_no_record(desk: Desk) -> None:
    ask = ReportAsk(client_id="C1", period=YEAR, form="pdf")
    running: list[asyncio.Task[object]] = []

    def give_up(_done: int, _all: int) -> None:
        running[0].cancel()

    running.append(asyncio.create_task(reports_of(desk).make(ask, give_up)))
    with pytest.raises(asyncio.CancelledError):
        await running[0]
    assert await desk.store.read(count_waiting) == 0


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"form": "docx"}, "REPORT_FORM"),
        ({"client_id": "C9"}, "CLIENT_NOT_FOUND"),
        ({"household": True}, "HOUSEHOLD_NOT_FOUND"),
        ({"clear": True}, "REPORT_REASON"),
        ({"clear": True, "reason": "客户索取"}, "HUB_UNKNOWN"),
    ],
)
async def test_what_cannot_be_made_is_refused(
    desk: Desk, asked: dict[str, object], code: str
) -> None:
    usual: dict[str, object] = {"client_id": "C1", "period": YEAR, "form": "pdf"}
    with pytest.raises(ExpectedFailure) as failure:
        await reports_of(desk).make(ReportAsk(**(usual | asked)))  # type: ignore[arg-type]
    assert failure.value.code == code
    assert await desk.store.read(count_waiting) == 0


async def test_without_the_firms_note_there_is_no_report(desk: Desk) -> None:
    rules = FakeRules()
    rules.settings = Settings()
    with pytest.raises(NotConfigured) as failure:
        await reports_of(desk, rules).make(ReportAsk(client_id="C1", period=YEAR, form="pdf"))
    assert failure.value.code == "REPORT_NOTES_NOT_CONFIGURED"


async def test_a_household_needs_the_consent_of_each_member(desk: Desk) -> None:
    home = a_row("household", household_id="H", name="张府")
    members = [
        ("household_member", a_row("household_member", client_id=one, joined_by="H",
                                   household_id="H"))
        for one in ("C1", "C2")
    ]  # fmt: skip
    await desk.receive(("household", home), *members, after=len(ROWS))
    ask = ReportAsk(client_id="C2", period=YEAR, form="xlsx", household=True)
    with pytest.raises(ExpectedFailure) as failure:
        await reports_of(desk).make(ask)
    assert failure.value.code == "REPORT_NO_CONSENT"
    service = ServiceDesk(store=desk.store, outbox=desk.outbox, clock=desk.clock)
    at = "2023-01-31T10:00:00.000+08:00"
    for one in ("C1", "C2"):
        said = RecordConsent(f"S{one}", one, Purpose.HOUSEHOLD, "*", ConsentForm.EXPLICIT, "P", at)
        await service.send(said)
    told: list[tuple[int, int]] = []
    copy = await reports_of(desk).make(ask, lambda done, whole: told.append((done, whole)))
    assert told == [(0, 2), (1, 2), (2, 2)]
    page = load_workbook(io.BytesIO(copy.raw))["总览"]
    assert isinstance(page, Worksheet)
    assert [page.cell(7, at).value for at in (1, 5, 6)] == ["合计", 381_100, 100]


async def test_central_keeps_its_trace_and_logs_what_was_unmasked(
    demo_central: str, tmp_path: Path
) -> None:
    async with (
        open_firm(demo_central) as firm,
        open_desk(tmp_path, "B001") as desk,
        running_hub(demo_central) as port,
        working(demo_central),
        linked(desk, port),
    ):
        url = f"ws://127.0.0.1:{port}"
        clear = ReportAsk(
            client_id="C000001", period=YEAR, form="pdf", clear=True, reason="客户索取"
        )
        copy = await reports_of(desk, url=url).make(clear)
        told = select(TIMELINE.c.title).where(TIMELINE.c.kind == "report")
        await stored(desk, lambda c: bool(c.execute(told).scalars().all()))
        asked = await firm.ask("SELECT field FROM unmasking WHERE client_id = 'C000001' ORDER BY 1")
        assert [field for (field,) in asked] == sorted({*Field} - {Field.NAME})
        [(title,)] = await firm.ask("SELECT title FROM timeline WHERE kind = 'report'")
        assert re.search(rf"明文\),份号 CMW-{copy.mark}$", str(title))
        [traced] = await trace_report(firm.engine, copy.file_hash, ())
        assert (traced.person, traced.clients, traced.by) == ("M001", ("C000001",), "file")
        [marked] = await trace_report(firm.engine, "", marks_in_bytes(copy.raw))
        assert (marked.by, marked.reason, marked.outcome) == ("mark", "客户索取", "applied")


async def test_central_judges_a_record_by_its_own_rows(demo_central: str) -> None:
    async with open_firm(demo_central) as firm:
        mark, print_, at = "0" * 16, "0" * 64, "2023-02-01T10:00:00.000+08:00"
        days = ("2023-01-01", "2023-01-31")
        bad = RecordReport("R1", ("C000001",), "", *days, "pdf", mark, print_, True, "", at)
        assert await firm.code(await firm.do(bad)) == "REPORT_REASON"
        others = RecordReport("R2", ("C000301",), "", *days, "pdf", mark, print_, False, "", at)
        assert await firm.code(await firm.do(others)) == "CLIENT_NOT_FOUND"
        [refused, _] = await trace_report(firm.engine, print_, ())
        assert refused.outcome == "REPORT_REASON"  # also what was refused can be traced
