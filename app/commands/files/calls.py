"""``central calls``, the telephone system's door, and ``central waiting``: how long one waits."""

import asyncio
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from time import monotonic
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
_STANDARD_INPUT = "-"


def calls(
    context: typer.Context,
    source: Annotated[str, typer.Argument(help="事件文件,每行一个 JSON;- 为标准输入,逐行接收")],
) -> None:
    """接收电话系统的来电事件(offered、answered、abandoned、ended),逐行以 JSON 应答。

    逐行接收时,中心数据库断开则按序等待,恢复后继续;读文件时断开即停,可重读整个文件。
    """
    with told_failures():
        if source == _STANDARD_INPUT:
            counts = asyncio.run(_listen(context, sys.stdin.buffer))
        else:
            counts = with_central(context, lambda engine: _take(engine, _lines(source)))
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


class _Pauses:
    """Says once that central is away, and once that it is back; tries again ever more seldom."""

    def __init__(self) -> None:
        from services.link.backoff import Backoff

        self._backoff = Backoff(first_s=0.5, most_s=15.0)
        self._since: float | None = None

    async def away(self, fault: ExpectedFailure) -> None:
        """Wait until the next try."""
        if self._since is None:
            self._since = monotonic()
            typer.echo(f"{fault.title}:来电事件按序等待,恢复后继续", err=True)
        await self._backoff.pause()

    def back(self) -> None:
        """Go on where it stopped."""
        self._backoff.reset()
        if self._since is not None:
            typer.echo(f"中心数据库已恢复,等待了 {monotonic() - self._since:.0f} 秒", err=True)
        self._since = None


async def _listen(context: typer.Context, lines: Iterable[bytes]) -> dict[str, int]:
    from app.central import ready_central
    from services.central.connection import open_engine
    from services.clock.clock import SystemClock
    from services.worker.calls.patience import PatientIntake
    from services.worker.calls.source import JsonLines

    async def reach() -> "AsyncEngine":
        return open_engine(await ready_central(context.obj.places, context.obj.settings))

    intake = PatientIntake(reach, SystemClock(), _Pauses())
    try:
        for event in JsonLines(lines).events():
            _answer(await intake.take(event))
    finally:
        await intake.close()
    return dict(intake.counts)


async def _take(engine: "AsyncEngine", lines: Iterator[bytes]) -> dict[str, int]:
    from services.clock.clock import SystemClock
    from services.worker.calls.intake import Intake
    from services.worker.calls.source import JsonLines

    intake = Intake(engine, SystemClock())
    for event in JsonLines(lines).events():
        _answer(await intake.take(event))
    return dict(intake.counts)


def _lines(source: str) -> Iterator[bytes]:
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
