"""``central night``: the nightly runs by hand."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from app.central import ready_central
from app.frame.process import FAILED, say_failure
from models.errors import ExpectedFailure

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from services.worker.nights.run import NightReport

T = TypeVar("T")
COUNTS = {
    "released": "释放",
    "taken": "取数",
    "posted": "入账",
    "corrected": "更正",
    "carried": "首次评级",
    "upgraded": "升级",
    "reviewed": "复核未达标",
    "lowered": "降级",
    "review_tasks": "待办",
    "figures_shown": "更新客户",
    "changed": "变更",
    "told": "写入时间线",
    "expired": "到期",
    "moved": "变更",
    "rates_changed": "费率变更",
    "tests": "风险测评",
    "subscriptions": "订阅",
    "grants": "授予等级",
    "certificates": "证书",
    "frozen": "客户",
    "clients": "客户",
    "managers": "经理",
    "restated": "重述",
    "credits_restated": "重述",
    "of_holdings": "持仓提醒",
    "of_ipos": "新股提醒",
    "findings": "发现",
    "rows": "明细",
    "figures": "指标",
    "scores": "得分",
    "reckoned": "成效",
    "closed": "结案",
    "charged": "计费客户",
    "exceptions": "例外费率到期",
    "uncharged": "未收待办",
    "forgotten": "清除来电",
}
_STATES = {"done": "完成", "skipped": "跳过", "running": "中断", "failed": "失败"}


def night(
    context: typer.Context,
    day: Annotated[str, typer.Option("--date", help="营业日期;缺省为今天")] = "",
    again: Annotated[bool, typer.Option("--again", help="已完成的步骤也重做(结果不变)")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出机器可读的 JSON")] = False,
) -> None:
    """运行夜间批处理:可卖、资产、评级、积分、到期、年费、考核、提醒;可随时重跑。"""
    from services.clock.clock import SystemClock
    from services.worker.nights.run import Nights

    with told_failures():
        closed = day_in(day) if day else SystemClock().now().date()
        report = with_central(
            context, lambda engine: Nights(engine, SystemClock()).run(closed, again=again)
        )
    say(asdict(report), _night_in_words(report), as_json)


def with_central(context: typer.Context, work: "Callable[[AsyncEngine], Awaitable[T]]") -> T:
    """Do ``work`` on the central database, with the time that nights and loads take."""
    return asyncio.run(_run(context, work))


async def _run(context: typer.Context, work: "Callable[[AsyncEngine], Awaitable[T]]") -> T:
    from services.central.connection import NIGHT_SECONDS, open_engine

    url = await ready_central(context.obj.places, context.obj.settings)
    engine = open_engine(url, command_seconds=NIGHT_SECONDS)
    try:
        return await work(engine)
    finally:
        await engine.dispose()


def day_in(text: str) -> date:
    """Return the day that a person typed; ExpectedFailure DATE_INVALID."""
    try:
        return date.fromisoformat(text)
    except ValueError as fault:
        raise ExpectedFailure(
            f"日期「{text}」无法识别", "请写成 2023-02-01 这样", "DATE_INVALID"
        ) from fault


def bytes_of(file: Path) -> bytes:
    """Return a file's content; ExpectedFailure LOAD_UNREADABLE."""
    try:
        return file.read_bytes()
    except OSError as fault:
        raise ExpectedFailure(
            f"读不到文件 {file}", f"{fault.strerror}。请检查路径和权限", "LOAD_UNREADABLE"
        ) from fault


def say(told: object, words: Iterator[str], as_json: bool) -> None:
    """Tell it in words, or as JSON."""
    text = json.dumps(told, ensure_ascii=False, default=str) if as_json else "\n".join(words)
    sys.stdout.write(text + "\n")


def _night_in_words(report: "NightReport") -> Iterator[str]:
    yield f"{report.day} 夜间批处理"
    for step in report.steps:
        counts = "、".join(f"{COUNTS[name]} {n:,}" for name, n in step.counts.items() if n)
        trouble = f"({step.trouble})" if step.trouble else ""
        yield f"  {step.title}:{_STATES[step.state]}{trouble}  {counts}".rstrip()


@contextmanager
def told_failures() -> Iterator[None]:
    """Tell the world's faults on standard error and end with the status for them."""
    try:
        yield
    except ExpectedFailure as failure:
        say_failure(failure)
        raise typer.Exit(FAILED) from failure
