"""``central segment``: a rule asked of every client whom a person may see."""

import json
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.files.imports import As, AsJson
from app.commands.files.person import Person, with_person
from app.commands.nights import bytes_of, told_failures
from models.clients.segments.judge import Answer
from models.clients.segments.rule import bad_rule, read_rule

if TYPE_CHECKING:
    from models.clients.segments.rule import SegmentRule
    from services.central.privacy.segments import PickedClient

    _Picked = tuple[PickedClient, ...]

_ANSWERS = {Answer.IN: "符合", Answer.OUT: "不符合", Answer.UNKNOWN: "资料不足"}


def segment(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="筛选条件(JSON,与桌面保存的相同)")],
    person: As = "CO01",
    reason: Annotated[str, typer.Option("--reason", help="按生日筛选的理由,记入审计")] = "",
    names: Annotated[bool, typer.Option("--list", help="列出符合的客户号")] = False,
    as_json: AsJson = False,
) -> None:
    """按条件筛选本人可见的全部客户(总部:全公司),一条语句完成;与桌面的判断相同。"""
    with told_failures():
        rule = _rule_of(file)
        found = with_person(context, person, lambda who: _pick(who, rule, reason))
    if as_json:
        sys.stdout.write(json.dumps(_lists(found), ensure_ascii=False) + "\n")
        return
    typer.echo("\n".join(_in_words(found)))
    if names:
        typer.echo("\n".join(_lists(found)[Answer.IN.value]))


def _rule_of(file: Path) -> "SegmentRule":
    try:
        return read_rule(bytes_of(file).decode())
    except UnicodeDecodeError as fault:
        raise bad_rule("SEGMENT_UNREADABLE", "筛选条件须为 UTF-8 文本") from fault


async def _pick(who: Person, rule: "SegmentRule", reason: str) -> "_Picked":
    from services.central.privacy.segments import Asked, pick_clients

    return await pick_clients(who.engine, who.actor, Asked(rule, who.clock.now(), reason))


def _lists(found: "_Picked") -> dict[str, list[str]]:
    return {
        answer.value: [f"{one.branch_id} {one.client_id}" for one in found if one.answer is answer]
        for answer in Answer
    }


def _in_words(found: "_Picked") -> list[str]:
    counts = Counter((one.branch_id, one.answer) for one in found)
    branches = sorted({one.branch_id for one in found})
    total = Counter(one.answer for one in found)
    rows = [(branch, {answer: counts[branch, answer] for answer in Answer}) for branch in branches]
    return [
        f"{name}:" + "、".join(f"{_ANSWERS[answer]} {told[answer]:,}" for answer in Answer)
        for name, told in (*rows, ("合计", total))
    ]
