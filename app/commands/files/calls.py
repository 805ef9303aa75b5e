"""``central calls``, the telephone system's door, and ``central waiting``: how long one waits."""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.files.imports import AsJson
from app.commands.nights import day_in, say, told_failures, with_central
from models.errors import ExpectedFailure

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from services.worker.calls.figures import WaitingFigures
    from services.worker.calls.intake import Answer

_TIERS = {"platinum": "白金卡", "gold": "金卡", "silver": "银卡", "ordinary": "普通", "": "未识别"}
_MS = 1_000


def calls(
    context: typer.Context,
    source: Annotated[str, typer.Argument(help="事件文件,每行一个 JSON;- 为标准输入,逐行接收")],
) -> None:
    """接收电话系统的来电事件(offered、answered、abandoned、ended),逐行以 JSON 应答。"""
    with told_failures():
        counts = with_central(context, lambda engine: _take(engine, _lines(source), _answer))
    typer.echo("、".join(f"{name} {count}" for name, count in sorted(counts.items())), err=True)


def waiting(
    context: typer.Context,
    day: Annotated[str, typer.Option("--date", help="日期;缺省为今天")] = "",
    as_json: AsJson = False,
) -> None:
    """按客户等级列出一天的来电、接听、放弃与等候时间。"""
    from services.clock.clock import SystemClock
    from services.worker.calls.figures import waiting_figures

    async def read(engine: "AsyncEngine") -> "tuple[WaitingFigures, ...]":
        async with engine.connect() as connection:
            return await waiting_figures(connection, asked)

    with told_failures():
        asked = day_in(day) if day else SystemClock().now().date()
        figures = with_central(context, read)
    told = {"day": asked.isoformat(), "tiers": [asdict(one) for one in figures]}
    say(told, map(_in_words, figures) if figures else iter(("当天没有来电",)), as_json)


async def _take(
    engine: "AsyncEngine", lines: Iterator[bytes], answer: "Callable[[Answer], None]"
) -> dict[str, int]:
    from services.clock.clock import SystemClock
    from services.worker.calls.intake import Intake
    from services.worker.calls.source import JsonLines

    intake = Intake(engine, SystemClock())
    for event in JsonLines(lines).events():
        answer(await intake.take(event))
    return dict(intake.counts)


def _lines(source: str) -> Iterator[bytes]:
    if source == "-":
        yield from sys.stdin.buffer
        return
    try:
        with Path(source).open("rb") as file:
            yield from file
    except OSError as fault:
        raise ExpectedFailure(
            f"读不到文件:{source}", f"{fault.strerror}", "FILE_UNREADABLE"
        ) from fault


def _answer(answer: "Answer") -> None:
    sys.stdout.write(json.dumps(asdict(answer), ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()


def _in_words(one: "WaitingFigures") -> str:
    return (
        f"{_TIERS[one.tier]}:来电 {one.offered},接听 {one.taken},放弃 {one.abandoned},"
        f"等候中 {one.waiting};平均等候 {one.mean_ms / _MS:.1f} 秒,"
        f"九成在 {one.nine_of_ten_ms / _MS:.1f} 秒内,最长 {one.longest_ms / _MS:.1f} 秒"
    )
