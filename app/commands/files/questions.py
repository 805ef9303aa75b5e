"""``central load questions``: a file of questions or courses, judged line by line, one approval."""

import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

from app.commands.files.imports import As, AsJson
from app.commands.files.loads import Day, DryRun, File
from app.commands.files.person import (
    Person,
    apply_without_keeping,
    enclose,
    have_answered,
    with_person,
)
from app.commands.nights import bytes_of, day_in, say, told_failures
from models.dates import BEIJING

if TYPE_CHECKING:
    from models.wire.service.training import LoadBank
    from services.files.table import FileTable
    from services.worker.loads.bank import BankReport

_MOST_SHOWN = 20


def questions(
    context: typer.Context, file: File, person: As = "HQ01", day: Day = "",
    dry_run: DryRun = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """题库文件(题目或课程,按表头识别):逐行新增、已有或拒绝,整批提交一次复核。"""
    from services.files.table import read_table

    with told_failures():
        table = read_table(file.name, bytes_of(file))
        report, approval_id = with_person(
            context, person, lambda who: _load(who, table, day, dry_run)
        )
    told = {
        "read": report.read,
        "added": len(report.courses) + len(report.questions),
        "known": report.known,
        "rejected": len(report.faults),
        "reasons": report.reasons,
        "faults": [{"line": one.line, "reason": one.reason} for one in report.faults],
        "approval_id": approval_id,
    }
    say(told, _in_words(report, approval_id), as_json)


async def _load(
    who: Person, table: "FileTable", day: str, dry_run: bool
) -> "tuple[BankReport, str]":
    """Judge the file and ask for what is new, or only try to."""
    from services.central.session import acting
    from services.files.bank import read_bank
    from services.worker.loads.bank import judge_bank_file

    from_day = day_in(day) if day else who.clock.now().astimezone(BEIJING).date()
    async with acting(who.engine, who.actor) as connection:
        report = await judge_bank_file(connection, read_bank(table), from_day)
    if not (report.courses or report.questions):
        return report, ""
    sent = enclose(who, [_command(table, from_day.isoformat(), report)], "")
    if dry_run:
        await apply_without_keeping(who, sent, _nothing_to_look_at)
        return report, ""
    await have_answered(who, sent)
    return report, sent[0].command_id


async def _nothing_to_look_at(_: object) -> None:
    return


def _command(table: "FileTable", from_day: str, report: "BankReport") -> "LoadBank":
    from models.wire.service.training import LoadBank

    load_id = uuid.uuid4().hex
    return LoadBank(
        load_id, table.name, table.file_hash, from_day, report.courses, report.questions
    )


def _in_words(report: "BankReport", approval_id: str) -> Iterator[str]:
    added = len(report.courses) + len(report.questions)
    yield f"读 {report.read} 行,新增 {added},已有 {report.known},拒绝 {len(report.faults)}"
    for reason, count in report.reasons.items():
        yield f"  {reason}:{count}"
    for fault in report.faults[:_MOST_SHOWN]:
        yield f"  第 {fault.line} 行 {fault.name}:{fault.reason}"
    if approval_id:
        yield f"  已提交复核,复核编号 {approval_id}"
    elif added:
        yield "  试载,未提交"
    else:
        yield "  没有新的内容,未提交"
