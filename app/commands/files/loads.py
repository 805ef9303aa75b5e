"""``central load``: files for the nights, tried, loaded, listed and taken back as a whole."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.files.imports import As, AsJson
from app.commands.files.person import Person, enclose, have_answered, with_person
from app.commands.nights import bytes_of, day_in, say, told_failures, with_central

if TYPE_CHECKING:
    from services.worker.loads.load import LoadReport
    from services.worker.loads.loaded import Loaded

load_app = typer.Typer(help="载入结算与行情文件:试载、载入、列出、整批撤销。", no_args_is_help=True)

File = Annotated[Path, typer.Argument(help="UTF-8 编码的 CSV 文件")]
Day = Annotated[str, typer.Option("--date", help="入账的营业日期;缺省为今天")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="只逐行判断,什么都不写")]
_MOST_SHOWN = 20


@load_app.command()
def settlement(
    context: typer.Context, file: File, day: Day = "", dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """结算佣金:按成交计佣,更正与冲回;逐行计数,有错的行写明原因。"""
    _load(context, "settlement", file, day, dry_run, as_json)


@load_app.command()
def assets(
    context: typer.Context, file: File, day: Day = "", dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """日终资产:补上夜间批处理没有取到的交易日,或补明其中的现金。"""
    _load(context, "assets", file, day, dry_run, as_json)


@load_app.command()
def closes(
    context: typer.Context, file: File, day: Day = "", dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """收盘行情。"""
    _load(context, "closes", file, day, dry_run, as_json)


@load_app.command()
def news(
    context: typer.Context, file: File, day: Day = "", dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """研报、评级与风险提示,须注明来源与时间;立即下发到各桌面。"""
    _load(context, "news", file, day, dry_run, as_json)


@load_app.command()
def actions(
    context: typer.Context, file: File, day: Day = "", dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """公司行动。"""
    _load(context, "actions", file, day, dry_run, as_json)


@load_app.command()
def ipos(
    context: typer.Context, file: File, day: Day = "", dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """新股日历。"""
    _load(context, "ipos", file, day, dry_run, as_json)


@load_app.command()
def ballots(
    context: typer.Context, file: File, day: Day = "", dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """中签结果。"""
    _load(context, "ballots", file, day, dry_run, as_json)


@load_app.command("list")
def list_loads(context: typer.Context, as_json: AsJson = False) -> None:
    """列出载入过的文件:编号、状态、行数、待复核的撤销申请。"""
    from services.worker.loads.loaded import read_loads

    with told_failures():
        found = with_central(context, read_loads)
    say([asdict(one) for one in found], _list_in_words(found), as_json)


@load_app.command()
def undo(
    context: typer.Context,
    load_id: Annotated[str, typer.Argument(help="载入编号,见 load list")],
    reason: Annotated[str, typer.Option("--reason", help="理由,复核人可见")],
    person: As = "BM01",
    as_json: AsJson = False,
) -> None:
    """申请整批撤销一次载入,经复核后冲回佣金与积分;有后来的变动时指出并不撤销。"""
    from models.wire.service.files import UndoLoad

    async def run(who: Person) -> str:
        sent = enclose(who, [UndoLoad(load_id, reason)], load_id)
        await have_answered(who, sent)
        return sent[0].command_id

    with told_failures():
        approval_id = with_person(context, person, run)
    told = {"load_id": load_id, "approval_id": approval_id}
    say(told, iter((f"已提交复核,复核编号 {approval_id}",)), as_json)


def _load(  # noqa: PLR0913 - what a person typed, one word each
    context: typer.Context, kind: str, file: Path, day: str, dry_run: bool, as_json: bool
) -> None:
    from services.clock.clock import SystemClock
    from services.worker.loads.load import load_file, try_file
    from services.worker.nights.step import moment_of

    with told_failures():
        now = SystemClock().now()
        moment = moment_of(day_in(day), now) if day else now
        raw = bytes_of(file)
        work = try_file if dry_run else load_file
        report = with_central(context, lambda engine: work(engine, moment, kind, file.name, raw))
    say(asdict(report), _in_words(report), as_json)


def _in_words(report: "LoadReport") -> Iterator[str]:
    again = "(此前已载入,未重复)" if report.again else ""
    tried = "" if report.load_id else "试载,未写入。"
    yield (
        f"{tried}{report.name}:读 {report.read} 行,新增 {report.added},已有 {report.known},"
        f"拒绝 {report.rejected}{again}"
    )
    for reason, count in report.reasons.items():
        yield f"  {reason}:{count}"
    for fault in report.faults[:_MOST_SHOWN]:
        yield f"  第 {fault.line} 行 {fault.reason}:{fault.content}"
    if report.rejected > _MOST_SHOWN:
        yield f"  …… 另有 {report.rejected - _MOST_SHOWN} 行"
    if report.load_id:
        yield f"  载入编号 {report.load_id}"


def _list_in_words(found: "tuple[Loaded, ...]") -> Iterator[str]:
    if not found:
        yield "还没有载入过文件"
    for one in found:
        state = f"已撤销,{one.undone_on} 入账" if one.undone_on else "已载入"
        asked = f",撤销待复核 {one.asked}" if one.asked else ""
        yield (
            f"{one.load_id}  {one.loaded_at[:16].replace('T', ' ')}  {one.name}:读 {one.read},"
            f"新增 {one.added},已有 {one.known},拒绝 {one.rejected}  {state}{asked}"
        )
