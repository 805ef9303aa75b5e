"""``workstation book …``: proves rebuilt books on recorded days."""

import sys
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from app.frame.process import FAILED, say_failure
from models.errors import ExpectedFailure
from services.market.verify.day import DayReport, verify_day

book_app = typer.Typer(help="盘口:用真实行情核对重建的盘口。", no_args_is_help=True)

NOT_EQUAL = 1
_SHOWN_GAPS = 20


@book_app.callback()
def book() -> None:
    """盘口工具。"""


@book_app.command()
def verify(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="含委托、成交、快照文件的目录(csv、gz、zst)")
    ],
    security: Annotated[str, typer.Option(help="只核对这一只证券(600519 或 600519.SH)")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="输出机器可读的 JSON")] = False,
) -> None:
    """重建盘口并与每一笔可比的快照核对;全部一致时退出码为 0,否则为 1。"""
    try:
        report = verify_day(folder, security)
    except ExpectedFailure as failure:
        say_failure(failure)
        raise typer.Exit(FAILED) from failure
    facts = report_facts(report)
    if as_json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(facts)).decode() + "\n")
    else:
        sys.stdout.write("\n".join(_lines(report)) + "\n")
    raise typer.Exit(0 if report.is_proved else NOT_EQUAL)


def report_facts(report: DayReport) -> dict[str, object]:
    """Return the report as the JSON the command promises."""
    tally = report.tally
    return {
        "compared": tally.compared,
        "equal": tally.equal,
        "auction_compared": tally.auction_compared,
        "auction_equal": tally.auction_equal,
        "first_difference": tally.first_difference,
        "events": report.events,
        "seconds": round(report.seconds, 3),
        "securities": report.securities,
        "kernel": report.kernel,
        "faulty": report.faulty,
        "allowed": {"blank": tally.blank, "late_phase": tally.late_phase},
        "not_comparable": tally.not_comparable,
        "averages_equal": tally.averages_equal,
        "withdrawals_equal": tally.withdrawals_equal,
        "queues": {"compared": tally.queues_compared, "equal": tally.queues_equal},
        "missing": [gap._asdict() for gap in report.missing[:_SHOWN_GAPS]],
        "rows_left_out": {name: count for name, count in report.rows_left_out.items() if count},
    }


def _lines(report: DayReport) -> list[str]:
    tally = report.tally
    lines = [
        f"证券 {report.securities} 只,逐笔 {report.events:,} 条,用时 {report.seconds:.2f} 秒"
        f"(内核:{report.kernel})",
        f"连续竞价与收盘快照:一致 {tally.equal:,} / {tally.compared:,}",
        f"集合竞价快照:一致 {tally.auction_equal:,} / {tally.auction_compared:,}",
        f"按规则不比:空白 {tally.blank},阶段标记滞后 {tally.late_phase},"
        f"开盘前 {tally.not_comparable}",
    ]
    lines += [f"{symbol} 的行情自相矛盾:{reason}" for symbol, reason in report.faulty.items()]
    lines += [
        f"通道 {gap.channel} 缺少序号 {gap.first}–{gap.last}"
        for gap in report.missing[:_SHOWN_GAPS]
    ]
    lines += [f"略去的行:{name} {count}" for name, count in report.rows_left_out.items() if count]
    if tally.first_difference is not None:
        lines.append(f"第一处不一致:{tally.first_difference}")
    return lines
