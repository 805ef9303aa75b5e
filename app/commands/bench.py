"""``workstation bench …``: prints how quick the parts are on this machine; judges nothing."""

import asyncio
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from app.frame.process import FAILED, say_failure
from models.errors import ExpectedFailure

bench_app = typer.Typer(help="测速:打印本机上的数字,不作评判。", no_args_is_help=True)

REPOSITORY = Path(__file__).resolve().parents[2]


@bench_app.callback()
def bench() -> None:
    """测速工具。"""


@bench_app.command()
def book(
    events: Annotated[int, typer.Option(min=10_000, help="多证券数据流的逐笔条数")] = 4_000_000,
    folder: Annotated[
        Path | None, typer.Option("--data", help="含逐笔文件的目录(默认用旁边的共享数据)")
    ] = None,
    peer: Annotated[
        str, typer.Option(help="改为与同类软件对比:dq-orderbook 或 nautilus_trader")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="输出机器可读的 JSON")] = False,
) -> None:
    """盘口内核每秒处理多少条逐笔:单独、经解码与合并、逐条调用,以及纯 Python 对照。"""
    from services.market.bench.peers.run import measure_peer
    from services.market.bench.report import ORDINARY_DAY, find_day, measure_books

    try:
        day = find_day(folder, REPOSITORY.parent)
        if peer:
            figures = measure_peer(peer, day, REPOSITORY / "out" / "peers")
        else:
            ordinary = find_day(folder, REPOSITORY.parent, ORDINARY_DAY)
            figures = measure_books(day, ordinary, events)
    except ExpectedFailure as failure:
        say_failure(failure)
        raise typer.Exit(FAILED) from failure
    sys.stdout.write((_json(figures) if as_json else _text(figures)) + "\n")


@bench_app.command()
def sync(
    rows: Annotated[int, typer.Option(min=1_000, help="取回与上送的行数")] = 100_000,
    as_json: Annotated[bool, typer.Option("--json", help="输出机器可读的 JSON")] = False,
) -> None:
    """同步:取回比裸插入,上送比裸 COPY,一处改动到另一桌面的毫秒数(同一次运行,取中位数)。"""
    from app.commands.sync_bench.run import measure_sync

    figures = asdict(asyncio.run(measure_sync(rows)))
    sys.stdout.write((_json(figures) if as_json else _text(figures)) + "\n")


def _json(figures: dict[str, object]) -> str:
    return msgspec.json.format(msgspec.json.encode(figures)).decode()


def _text(figures: dict[str, object]) -> str:
    widest = max(len(name) for name in figures)
    return "\n".join(
        f"{name:<{widest}}  {value:,}" if isinstance(value, int) else f"{name:<{widest}}  {value}"
        for name, value in figures.items()
    )
