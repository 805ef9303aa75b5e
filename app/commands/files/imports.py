"""``central import``: a file of clients or statements, tried, sent, and taken back."""

import json
import sys
import uuid
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.files.person import (
    Person,
    apply_without_keeping,
    enclose,
    have_answered,
    with_person,
)
from app.commands.nights import bytes_of, day_in, told_failures
from models.errors import ExpectedFailure
from models.files.kinds import IMPORT_TITLES, ImportKind

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from services.files.prepared import PreparedImport

import_app = typer.Typer(help="导入客户与对账单:预览、提交复核、整批撤销。", no_args_is_help=True)

Told = dict[str, object]
As = Annotated[str, typer.Option("--as", help="以哪位员工的身份(演示环境免口令)")]
AsJson = Annotated[bool, typer.Option("--json", help="输出机器可读的 JSON")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="只逐行预览,什么都不改")]
Day = Annotated[str, typer.Option("--date", help="对账单日期;缺省为今天")]
Map = Annotated[list[str] | None, typer.Option("--map", help="表头=字段,如 --map 手机1=mobile")]
File = Annotated[Path, typer.Argument(help="CSV(UTF-8、GB18030)或 XLSX 文件")]
_MOST_SHOWN = 20
_STATES = {
    "known": "没有要写入的行,无需复核",
    "pending": "待复核",
    "applied": "已生效",
    "refused": "未通过",
    "undone": "已撤销",
}
_COUNTS = {
    "read": "读",
    "added": "新增",
    "changed": "变更",
    "known": "已有",
    "duplicates": "疑似同一人",
    "rejected": "拒绝",
}


@import_app.command()
def clients(
    context: typer.Context, file: File, person: As = "M001", dry_run: DryRun = False,
    mapping: Map = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """客户资料:按客户号新增或更新,逐行说明;有变更时提交复核。"""
    with told_failures():
        told = _import(context, person, ImportKind.CLIENTS, file, mapping, "", dry_run)
    _say(told, as_json)


@import_app.command()
def statements(
    context: typer.Context, file: File, person: As = "M001", dry_run: DryRun = False,
    day: Day = "", mapping: Map = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """对账单:持仓(资金账号、证券代码、数量、成本)或资金(资金账号、余额),按表头识别。"""
    with told_failures():
        shown = day_in(day).isoformat() if day else ""
        told = _import(context, person, None, file, mapping, shown, dry_run)
    _say(told, as_json)


@import_app.command()
def undo(
    context: typer.Context,
    import_id: Annotated[str, typer.Argument(help="导入编号")],
    reason: Annotated[str, typer.Option("--reason", help="理由")],
    person: As = "M001",
    as_json: AsJson = False,
) -> None:
    """申请整批撤销一次导入;若有后来的变动则逐行指出,不撤销。"""
    with told_failures():
        told = with_person(context, person, lambda who: _undo(who, import_id, reason))
    _say(told, as_json)


@import_app.command("show")
def show_import(
    context: typer.Context,
    import_id: Annotated[str, typer.Argument(help="导入编号")],
    person: As = "M001",
    as_json: AsJson = False,
) -> None:
    """查看一次导入:状态、各行结果。"""
    with told_failures():
        told = with_person(context, person, lambda who: _show(who, import_id))
    _say(told, as_json)


def _import(
    context: typer.Context,
    staff_id: str,
    kind: ImportKind | None,
    file: Path,
    mapping: Sequence[str] | None,
    day: str,
    dry_run: bool,
) -> Told:
    prepared = _prepare(kind, file, _mapped(mapping or ()))
    import_id = uuid.uuid4().hex

    async def run(who: Person) -> Told:
        of_day = day or who.clock.now().date().isoformat()
        sent = enclose(who, prepared.commands(import_id, of_day), import_id)
        if dry_run:
            told = await apply_without_keeping(who, sent, lambda c: _found(c, who, import_id))
            return told | {"state": "dry_run", "approval_id": ""}
        await have_answered(who, sent)
        return await _show(who, import_id)

    told = with_person(context, staff_id, run)
    return told | {"used": dict(prepared.picked.used), "ignored": list(prepared.picked.ignored)}


def _prepare(kind: ImportKind | None, file: Path, mapping: Mapping[str, str]) -> "PreparedImport":
    from services.files.prepared import prepare_import, prepare_statement

    raw = bytes_of(file)
    if kind is None:
        return prepare_statement(file.name, raw, mapping)
    return prepare_import(kind, file.name, raw, mapping)


def _mapped(words: Sequence[str]) -> dict[str, str]:
    pairs = [word.rpartition("=") for word in words]
    if not all(header and name for header, _, name in pairs):
        raise ExpectedFailure("列对应写法不对", "请写成 --map 表头=字段", "FILE_MAPPING")
    return {header: name for header, _, name in pairs}


async def _undo(who: Person, import_id: str, reason: str) -> Told:
    from models.wire.service.files import UndoImport

    await have_answered(who, enclose(who, [UndoImport(import_id, reason)], import_id))
    return await _show(who, import_id)


async def _show(who: Person, import_id: str) -> Told:
    from services.central.session import acting

    async with acting(who.engine, who.actor) as connection:
        return await _found(connection, who, import_id)


async def _found(connection: "AsyncConnection", who: Person, import_id: str) -> Told:
    from sqlalchemy import select

    from models.tables.files import IMPORT_BATCH, IMPORT_ROW
    from services.files.forms import FORMS
    from services.files.words import advice_on

    batch, row = IMPORT_BATCH.c, IMPORT_ROW.c
    of_import = (batch.branch_id == who.actor.branch_id, batch.import_id == import_id)
    found = (await connection.execute(select(IMPORT_BATCH).where(*of_import))).mappings().first()
    if found is None:
        raise ExpectedFailure("没有这次导入", "请核对导入编号", "IMPORT_NOT_FOUND")
    shown = ("import_id", "kind", "name", "day", "state", "approval_id", *_COUNTS)
    query = (
        select(row.row, row.field, row.reason, row.about)
        .where(row.branch_id == who.actor.branch_id, row.import_id == import_id, row.reason != "")
        .order_by(row.row)
    )
    form = FORMS[ImportKind(found["kind"])]
    faults = [
        dict(each) | {"column": form.title_of(each["field"]), "advice": advice_on(each["reason"])}
        for each in (await connection.execute(query)).mappings()
    ]
    return {name: found[name] for name in shown} | {"faults": faults}


def _say(told: Told, as_json: bool) -> None:
    text = json.dumps(told, ensure_ascii=False) if as_json else "\n".join(_in_words(told))
    sys.stdout.write(text + "\n")


def _in_words(told: Told) -> Iterator[str]:
    counts = "、".join(f"{word} {told[name]}" for name, word in _COUNTS.items())
    state = _STATES.get(str(told["state"]), "预览,未作任何改动")
    yield f"{IMPORT_TITLES[ImportKind(str(told['kind']))]} {told['name']}:{counts}"
    asked = "撤销待复核" if told["state"] == "applied" else "复核"
    yield f"  {state}" + (f",{asked}编号 {told['approval_id']}" if told["approval_id"] else "")
    if told["state"] != "dry_run":
        yield f"  导入编号 {told['import_id']}"
    ignored = told.get("ignored")
    if isinstance(ignored, list) and ignored:
        yield f"  未使用的列:{'、'.join(map(str, ignored))}"
    faults = told["faults"]
    assert isinstance(faults, list)
    for fault in faults[:_MOST_SHOWN]:
        about = f"(见 {fault['about']})" if fault["about"] else ""
        yield f"  第 {fault['row']} 行 {fault['column']} {fault['reason']}:{fault['advice']}{about}"
    if len(faults) > _MOST_SHOWN:
        yield f"  …… 另有 {len(faults) - _MOST_SHOWN} 行,用 --json 查看全部"
