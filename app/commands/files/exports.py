"""``central export``: asked for, made with its mark, traced; and ``central decide``."""

import json
import sys
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.files.imports import As, AsJson
from app.commands.files.person import (
    Person,
    enclose,
    have_answered,
    with_engine,
    with_person,
)
from app.commands.nights import bytes_of, told_failures
from app.frame.process import FAILED
from models.clients.tier import Tier
from models.errors import ExpectedFailure
from models.files.kinds import ExportContent

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from services.central.privacy.export import ExportedFile
    from services.central.privacy.trace import Traced, TracedReport

    _Found = tuple[tuple[Traced, ...], tuple[TracedReport, ...]]

export_app = typer.Typer(help="导出客户与对账单:申请、生成带水印文件、追查。", no_args_is_help=True)

_PDF = b"%PDF"
_PART_BYTES = 1024 * 1024
_BY = {"file": "文件完全相同", "mark": "溯源码", "content": "内容相同"}


@export_app.command()
def request(
    context: typer.Context,
    content: Annotated[ExportContent, typer.Argument(help="clients、holdings、cash 或 assessment")],
    reason: Annotated[str, typer.Option("--reason", help="理由,复核人可见")],
    person: As = "M001",
    client: Annotated[list[str] | None, typer.Option(help="只导出这些客户号")] = None,
    tier: Annotated[list[Tier] | None, typer.Option(help="只导出这些等级")] = None,
    clear: Annotated[bool, typer.Option("--clear", help="个人资料用明文(缺省脱敏)")] = False,
    until: Annotated[str, typer.Option(help="可导出到哪一天;缺省为复核当天")] = "",
) -> None:
    """申请一次导出;输出复核编号,通过后用 export file 生成文件。"""
    from models.wire.service.approvals import RequestExport

    command = RequestExport(
        uuid.uuid4().hex, tuple(client or ()), content, reason, tuple(tier or ()), clear, until
    )

    async def run(who: Person) -> str:
        sent = enclose(who, [command], command.export_id)
        await have_answered(who, sent)
        return sent[0].command_id

    with told_failures():
        typer.echo(f"已提交复核,复核编号 {with_person(context, person, run)}")


@export_app.command("file")
def make_file(
    context: typer.Context,
    approval_id: Annotated[str, typer.Argument(help="已通过的复核编号")],
    out: Annotated[Path, typer.Option("--out", help="文件(.csv 或 .xlsx,须不存在)")],
    person: As = "M001",
) -> None:
    """生成已通过复核的导出;每份有自己的溯源码,并记入审计。"""
    with told_failures():
        if out.exists():
            raise ExpectedFailure(f"文件已存在:{out}", "请换一个文件名", "EXPORT_EXISTS")
        made = with_person(context, person, lambda who: _make(who, approval_id, out))
    typer.echo(f"已导出 {made.rows:,} 行到 {out},溯源码 {made.mark},SHA-256 {made.file_hash}")


@export_app.command()
def trace(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="流出的文件(可以不完整)")],
    as_json: AsJson = False,
) -> None:
    """指出一个文件出自哪次导出或哪份客户报告(PDF 亦可);找不到时退出码非零。"""
    with told_failures():
        raw = bytes_of(file)
        found, reports = _traced(context, file.name, raw)
    if as_json:
        told = [*map(asdict, found), *map(asdict, reports)]
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    else:
        lines = (*_in_words(found), *_reports_in_words(reports))
        typer.echo("\n".join(lines) or "没有找到对应的导出或客户报告")
    raise typer.Exit(0 if found or reports else FAILED)


def decide(
    context: typer.Context,
    approval_id: Annotated[str, typer.Argument(help="复核编号")],
    person: As,
    refuse: Annotated[bool, typer.Option("--refuse", help="不同意(缺省为同意)")] = False,
    note: Annotated[str, typer.Option(help="意见")] = "",
) -> None:
    """由第二人复核一项申请;申请人本人不能复核。"""
    from models.lives.approval import ApprovalState, Verdict
    from models.wire.service.approvals import DecideApproval

    verdict = Verdict.REFUSE if refuse else Verdict.APPROVE
    command = DecideApproval(approval_id, verdict, note)

    async def run(who: Person) -> str:
        await have_answered(who, enclose(who, [command], approval_id))
        return await _state_of(who, approval_id)

    with told_failures():
        if with_person(context, person, run) == ApprovalState.EXPIRED:
            raise ExpectedFailure(
                "复核已超过时限,申请失效,未执行", "请申请人重新提出", "APPROVAL_TIMED_OUT"
            )
    typer.echo("已退回" if refuse else "已通过并执行")


async def _state_of(who: Person, approval_id: str) -> str:
    from sqlalchemy import select

    from models.tables.service import APPROVAL
    from services.central.session import acting

    query = select(APPROVAL.c.state).where(APPROVAL.c.approval_id == approval_id)
    async with acting(who.engine, who.actor) as connection:
        return str(await connection.scalar(query))


async def _make(who: Person, approval_id: str, out: Path) -> "ExportedFile":
    from services.central.privacy.export import Taken, make_export, take_export

    now = who.clock.now()
    async with make_export(who.engine, who.actor, approval_id, out.name, now) as made:
        with ExitStack() as unless_taken:
            _write(out, made, unless_taken)
            taken = Taken(made.export_id, made.file_hash, who.clock.now())
            await take_export(who.engine, who.actor, taken)
            unless_taken.pop_all()
    return made


def _write(out: Path, made: "ExportedFile", unless_taken: ExitStack) -> None:
    """Write the new file, which goes again unless all of it is there and central knows so."""
    try:
        file = out.open("xb")
        unless_taken.callback(out.unlink)
        with file:
            file.writelines(made.parts(_PART_BYTES))
    except OSError as fault:
        raise ExpectedFailure(
            f"写不了文件 {out}", f"{fault.strerror}。请检查路径和权限", "EXPORT_UNWRITABLE"
        ) from fault


def _traced(context: typer.Context, name: str, raw: bytes) -> "_Found":
    from services.central.privacy.trace import trace_file, trace_report
    from services.files.table import read_table
    from services.files.writing.marks import marks_in, marks_in_bytes

    table = None if raw.startswith(_PDF) else read_table(name, raw)
    marks = marks_in_bytes(raw) | frozenset(marks_in(table.rows) if table else ())

    async def look(engine: "AsyncEngine") -> "_Found":
        found = await trace_file(engine, table) if table else ()
        return found, await trace_report(engine, sha256(raw).hexdigest(), marks)

    return with_engine(context, look)


def _reports_in_words(found: "tuple[TracedReport, ...]") -> Iterator[str]:
    for one in found:
        shown = f"明文,理由:{one.reason}" if one.clear else "脱敏"
        refused = "" if one.outcome == "applied" else f",总部未受理({one.outcome})"
        yield (
            f"客户报告({_BY[one.by]}):{one.person} 于 {one.made_at[:19]} 为"
            f" {'、'.join(one.clients)} 出具,期间 {one.period[0]} 至 {one.period[1]}"
            f"({one.form.upper()},{shown}{refused}),份号 CMW-{one.mark}"
        )


def _in_words(found: "tuple[Traced, ...]") -> Iterator[str]:
    for one in found:
        unfinished = "" if one.is_finished else ",未传完"
        yield (
            f"{_BY[one.by]}({one.matches:,} 行):{one.person} 于 {one.begun_at[:19]} 导出的"
            f" {one.name}({one.rows:,} 行{unfinished}),复核 {one.approval_id},溯源码 {one.mark}"
        )
