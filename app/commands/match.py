"""The command ``match verify``: proves the matching engine on a recorded day."""

import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from app.frame.process import FAILED, say_failure
from models.errors import ExpectedFailure

match_app = typer.Typer(help="撮合引擎:用真实逐笔数据核对。", no_args_is_help=True)

_DIFFERENT = 1


@dataclass(frozen=True, slots=True)
class Verification:
    """What ``match verify`` answers, field by field."""

    incoming: int
    incoming_equal: int
    trades: int
    trades_equal: int
    auctions: int
    auctions_equal: int
    first_difference: str | None
    volume: int
    seconds: float
    losses: str | None


@match_app.callback()
def match() -> None:
    """撮合引擎:用真实逐笔数据核对。"""


@match_app.command()
def verify(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="逐笔委托与成交文件所在目录")],
    security: Annotated[
        str, typer.Option(help="证券代码(600519 或 600519.SH);目录中有多只时必填")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="输出机器可读的 JSON")] = False,
) -> None:
    """由逐笔成交还原委托,交给撮合引擎,逐笔核对成交;全部一致时退出码为 0。"""
    from services.exchange.recorded.proof import prove_day

    began = time.perf_counter()
    try:
        report = prove_day(folder, security)
    except ExpectedFailure as failure:
        _end(failure)
    found = Verification(
        report.incoming,
        report.incoming_equal,
        report.trades,
        report.trades_equal,
        report.auctions,
        report.auctions_equal,
        report.first_difference or None,
        report.volume,
        round(time.perf_counter() - began, 3),
        report.losses or None,
    )
    sys.stdout.write(json.dumps(asdict(found)) + "\n" if as_json else _in_words(found))
    raise typer.Exit(0 if report.is_equal else _DIFFERENT)


def _in_words(found: Verification) -> str:
    lines = [
        f"委托 {found.incoming_equal:,} / {found.incoming:,}",
        f"成交 {found.trades_equal:,} / {found.trades:,}",
        f"集合竞价 {found.auctions_equal} / {found.auctions}",
        f"总成交量 {found.volume:,} 股,用时 {found.seconds:.1f} 秒",
    ]
    if found.first_difference:
        lines.append(f"首个差异:{found.first_difference}")
    if found.losses:
        lines.append(f"文件不完整:{found.losses}")
    return "\n".join(lines) + "\n"


def _end(failure: ExpectedFailure) -> NoReturn:
    say_failure(failure)
    raise typer.Exit(FAILED)
