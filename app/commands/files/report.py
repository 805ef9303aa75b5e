"""``workstation report CLIENT``: a report to take home, out of the desk's own store."""

import asyncio
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.nights import told_failures
from app.commands.store import passphrase_of
from app.frame.readiness import find_ready
from app.frame.session import new_session, running_clock_text
from models.errors import ExpectedFailure

if TYPE_CHECKING:
    from app.cli import Start
    from models.files.report.period import Period
    from services.clock.clock import Clock
    from services.desk.files.report.reports import ReportAsk, ReportCopy, Reports
    from services.desk.storage.store import LocalStore

_DAY = "2023-01-01"


def report(
    context: typer.Context,
    client: Annotated[str, typer.Argument(help="客户号")],
    out: Annotated[Path, typer.Option("--out", help="文件(.pdf 或 .xlsx,须不存在)")],
    period: Annotated[str, typer.Option(help="期间:2023-01、2023Q1 或 2023")] = "",
    first: Annotated[str, typer.Option("--from", help=f"起日,如 {_DAY}")] = "",
    last: Annotated[str, typer.Option("--to", help="止日")] = "",
    household: Annotated[bool, typer.Option("--household", help="该客户全家")] = False,
    clear: Annotated[
        bool, typer.Option("--clear", help="个人资料用明文(须联机、写明理由)")
    ] = False,
    reason: Annotated[str, typer.Option(help="出具理由")] = "",
) -> None:
    """出具客户报告:只用本机加密库,离线也可以;每份有份号,登记后才写文件(须先关闭工作站)。"""
    from app.frame.desk_lock import only_desk
    from services.desk.files.report.reports import ReportAsk, form_of_report

    start: Start = context.obj
    with told_failures():
        ask = ReportAsk(
            client_id=client,
            period=_period(period, first, last),
            form=form_of_report(out.name),
            household=household,
            clear=clear,
            reason=reason,
        )
        if out.exists():
            raise ExpectedFailure(f"文件已存在:{out}", "请换一个文件名", "REPORT_EXISTS")
        with only_desk(start.places):
            made = asyncio.run(_make(start, ask))
        _write(out, made.raw)
    typer.echo(
        f"已出具 {out}({len(made.raw):,} 字节),份号 CMW-{made.mark},SHA-256 {made.file_hash}"
    )


def _period(name: str, first: str, last: str) -> "Period":
    from models.dates import day_of
    from models.files.report.period import period_between, period_named

    if name and not (first or last):
        return period_named(name)
    if first and last and not name:
        return period_between(day_of(first), day_of(last))
    raise ExpectedFailure(
        "没有写明期间", "用 --period 2023-01,或同时用 --from 和 --to", "PERIOD_INVALID"
    )


async def _make(start: "Start", ask: "ReportAsk") -> "ReportCopy":
    from app.desk.entrance import door_of
    from services.desk.storage.store import open_store

    door = door_of(start.places, start.settings.staff_id)
    if not door.place.file.exists():
        raise ExpectedFailure("本机还没有本地库", "请先打开一次工作站", "STORE_MISSING")
    passphrase = passphrase_of(start.settings)
    store = await open_store(door.place, door.vault, passphrase)
    try:
        reports = await _reports(start, store, passphrase)
        return await reports.make(ask)
    finally:
        await store.close()


async def _reports(start: "Start", store: "LocalStore", passphrase: str) -> "Reports":
    from app.desk.entrance import hub_trust
    from services.desk.board.board import DeskBoard
    from services.desk.board.changes import DeskChanges
    from services.desk.board.firm_rules import FirmRules
    from services.desk.clients.firm_tiers import FirmTiers
    from services.desk.files.report.reports import Reports
    from services.desk.files.report.unmasking import Unmasking
    from services.desk.service.service_desk import ServiceDesk
    from services.desk.storage.person import read_person
    from services.desk.sync.hub_client import SignInFacts
    from services.desk.sync.outbox import Author, Outbox

    person = await store.read(read_person)
    if person is None:
        raise ExpectedFailure("尚未登录过总部", "请先联机登录一次", "NEVER_SIGNED_IN")
    clock, changes = _clock(start), DeskChanges()
    desk = f"{socket.gethostname()}:{store.birth}"
    outbox = Outbox(
        store=store,
        author=Author(person.staff_id, person.branch_id, desk),
        clock=clock,
        changes=changes,
        board=DeskBoard(changes),
    )
    rules = FirmRules(store)
    await rules.load()
    trust = hub_trust(start.places, start.settings.hub)
    facts = SignInFacts(_hubs(start), person.staff_id, passphrase, desk, trust=trust)
    return Reports(
        store=store,
        service=ServiceDesk(store=store, outbox=outbox, clock=clock),
        clock=clock,
        rules=rules,
        tiers=FirmTiers(settings=rules, clock=clock),
        person=person,
        unmasking=Unmasking(facts, person),
    )


def _hubs(start: "Start") -> tuple[str, ...]:
    """The firm's, else the one that runs here."""
    hub, own = start.settings.hub, find_ready(start.places, "hub")
    scheme = "ws" if hub.plain else "wss"
    return hub.urls or ((f"{scheme}://127.0.0.1:{own.port}",) if own else ())


def _clock(start: "Start") -> "Clock":
    """That of the session that runs here; else the demo's day, or the machine's at a firm."""
    from app.cli import PROCESSES
    from services.clock.clock import SystemClock, clock_from_text

    text = running_clock_text(start.places, PROCESSES)
    if text:
        return clock_from_text(text)
    if start.settings.hub.urls:
        return SystemClock()
    return new_session(start.places, start.settings.exchange)[0]


def _write(out: Path, raw: bytes) -> None:
    try:
        with out.open("xb") as file:
            file.write(raw)
    except OSError as fault:
        raise ExpectedFailure(
            f"写不了文件 {out}", f"{fault.strerror}。该份已登记,可重新出具", "REPORT_UNWRITABLE"
        ) from fault
