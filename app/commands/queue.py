"""``workstation queue …``: how well the queue estimate is kept, on recorded days and on our own."""

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import msgspec
import typer

from app.frame.process import FAILED, say_failure
from models.errors import ExpectedFailure

if TYPE_CHECKING:
    from services.engine.queue.diary import QueueReport
    from services.exchange.calibration.report import Calibration
    from services.market.queue_position.score import Score, TimeScore

queue_app = typer.Typer(help="排队位置:估计的校准与日终报告。", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="输出机器可读的 JSON")]
NOT_EXACT = 1
_MS_PER_MINUTE = 60_000


@queue_app.callback()
def queue() -> None:
    """排队位置工具。"""


@queue_app.command()
def calibrate(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[DIR]", help="逐笔文件目录或 .day.zst;缺省为自带的一天"),
    ] = None,
    security: Annotated[str, typer.Option(help="六位证券代码;目录中有多只时必填")] = "",
    orders: Annotated[int, typer.Option(min=1, max=100_000, help="探针委托笔数")] = 300,
    seed: Annotated[int, typer.Option(help="随机种子:相同则结果相同")] = 1,
    as_json: AsJson = False,
) -> None:
    """把小额探针委托逐笔插入真实的一天,对照估计与真实成交;排队位置全部相等时退出码为 0。"""
    from services.exchange.calibration.day import open_script
    from services.exchange.calibration.report import Plan
    from services.exchange.calibration.report import calibrate as run

    began = time.perf_counter()
    try:
        found = run(open_script(folder, security), Plan(orders, seed))
    except ExpectedFailure as failure:
        _end(failure)
    seconds = time.perf_counter() - began
    _write(found, as_json, [*_calibration_lines(found), f"用时 {seconds:.1f} 秒"])
    raise typer.Exit(0 if found.is_exact else NOT_EXACT)


@queue_app.command()
def report(
    context: typer.Context,
    trade_date: Annotated[
        str, typer.Argument(metavar="[DATE]", help="交易日,如 2023-02-01;缺省为最新一份")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """显示引擎写下的日终报告:当日自有挂单的估计与实际成交。"""
    from services.engine.queue.diary import read_report

    try:
        found = read_report(context.obj.places.engine / "queue", trade_date)
    except ExpectedFailure as failure:
        _end(failure)
    _write(found, as_json, _report_lines(found))


def _write(found: object, as_json: bool, lines: list[str]) -> None:
    text = msgspec.json.format(msgspec.json.encode(found)).decode() if as_json else "\n".join(lines)
    sys.stdout.write(text + "\n")


def _calibration_lines(found: "Calibration") -> list[str]:
    exact, located = found.exactness, found.location
    lines = [
        f"{found.symbol} 模型 {found.model},种子 {found.seed}:"
        f"探针 {found.probes} 笔,14:57 前全部成交 {found.filled} 笔",
        f"排队位置与撮合引擎一致 {exact.equal:,} / {exact.checked:,}",
        f"不凭委托号定位:唯一 {located.unique},区间 {located.ranges},错失 {located.missed}",
        "",
        "入队时的估计",
        *_score_lines(found.at_acceptance),
    ]
    for later in found.later:
        lines.append(f"入队 {later.after_ms // 1_000} 秒后:{_time_line(later.score.times)}")
    for level in found.by_level:
        lines.append(
            f"第 {level.level} 档:成交 {level.filled} / {level.probes},{_time_line(level.times)}"
        )
    for other in found.baselines:
        brier = "、".join(f"{one.brier:.4f}" for one in other.score.horizons)
        lines.append(f"对照 {other.name}:{_time_line(other.score.times)},Brier {brier}")
    lines += [f"不报时间:{reason} {count} 次" for reason, count in found.untold.items()]
    if exact.first_difference:
        lines.append(f"首个差异:{exact.first_difference}")
    return lines


def _report_lines(found: "QueueReport") -> list[str]:
    lines = [
        f"{found.trade_date} 截至 {_clock(found.until_ms)}:报过时间的挂单 {len(found.orders)} 笔,"
        f"全部成交 {found.score.filled} 笔",
        *_score_lines(found.score),
    ]
    for kept in found.orders:
        place, outcome = kept.told.place, kept.outcome
        expected = _seconds(place.expected_ms) if place.expected_ms else "收盘前难成"
        came = f"{_seconds(outcome.waited_ms)} 后" if outcome.is_filled else "未全部成交,已等"
        waited = "成交" if outcome.is_filled else _seconds(outcome.waited_ms)
        lines.append(
            f"{kept.told.client_order_id} {kept.told.symbol} 前 {place.ahead:,} 股,"
            f"预计 {expected},{came} {waited}({place.model})"
        )
    return lines


def _score_lines(score: "Score") -> list[str]:
    lines = [f"  {_time_line(score.times)}"]
    for one in score.horizons:
        bins = "  ".join(
            f"{_percent(each.told_permille)}→{_percent(each.filled_permille)}({each.count})"
            for each in one.bins
        )
        minutes = one.horizon_ms // _MS_PER_MINUTE
        lines.append(f"  {minutes} 分钟内成交:Brier {one.brier:.4f},报→实(笔数) {bins}")
    return lines


def _time_line(times: "TimeScore") -> str:
    return (
        f"报时 {times.count} 笔,实际/预计 中位 {times.ratio_median:.2f}"
        f"(四分位 {times.ratio_p25:.2f}–{times.ratio_p75:.2f}),"
        f"2 倍以内 {_percent(times.within_twice_permille)},"
        f"到点已成 {_percent(times.by_then_permille)}(应为一半)"
    )


def _clock(time_ms: int) -> str:
    minutes = time_ms // 60_000
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _seconds(time_ms: int) -> str:
    return f"{time_ms / 1_000:.1f} 秒"


def _percent(permille: int) -> str:
    return f"{permille / 10:.0f}%"


def _end(failure: ExpectedFailure) -> NoReturn:
    say_failure(failure)
    raise typer.Exit(FAILED)
