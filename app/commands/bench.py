"""``workstation bench …``: prints how quick the parts are on this machine; judges nothing."""

import asyncio
import os
import sys
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from app.frame.memory import restart_with_large_pages
from app.frame.process import FAILED, say_failure
from models.errors import ExpectedFailure

if TYPE_CHECKING:
    from services.desk.bench.search import SearchFigures

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
    restart_with_large_pages()
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


@bench_app.command()
def ladder(
    as_json: Annotated[bool, typer.Option("--json", help="输出机器可读的 JSON")] = False,
) -> None:
    """十档盘口整幅重画一次要多久,与内容相同的 QTableWidget 在同一次运行中对比。"""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from ui.bench.ladder import measure_ladder

    figures = measure_ladder()
    sys.stdout.write((_json(figures) if as_json else _text(figures)) + "\n")


@bench_app.command()
def search(
    clients: Annotated[int, typer.Option(min=1_000, help="编造的客户数")] = 100_000,
    as_json: Annotated[bool, typer.Option("--json", help="输出机器可读的 JSON")] = False,
) -> None:
    """加密库里的客户搜索:按字数与种类的 p50/p99(微秒),与同一文件上的 LIKE 之比。"""
    from services.central.demo.names import draw_name
    from services.desk.bench.search import measure_search

    with TemporaryDirectory() as folder:
        figures = measure_search(Path(folder), clients, draw_name)
    sys.stdout.write((_json(asdict(figures)) if as_json else _search_text(figures)) + "\n")


@bench_app.command()
def store(
    rows: Annotated[int, typer.Option(min=10_000, help="每轮写入的行数")] = 200_000,
    as_json: Annotated[bool, typer.Option("--json", help="输出机器可读的 JSON")] = False,
) -> None:
    """本地库读写:经我们的存储层比裸驱动,加密比不加密(同一次运行内轮流,取中位数)。"""
    from services.central.demo.names import draw_name
    from services.desk.bench.store import measure_store

    with TemporaryDirectory() as folder:
        figures = asdict(measure_store(Path(folder), rows, draw_name))
    sys.stdout.write((_json(figures) if as_json else _text(figures)) + "\n")


def _search_text(figures: "SearchFigures") -> str:
    whole = {
        name: value for name, value in asdict(figures).items() if name not in ("kinds", "machine")
    }
    lines = [
        f"{'':<16}{'p50':>9}{'p99':>9}{'p99 own':>9}{'desk p50':>10}{'desk p99':>10}"
        f"{'LIKE p50':>12}{'ratio':>9}{'found':>7}  (us)"
    ]
    machine = figures.machine
    for name, kind in figures.kinds.items():
        lines.append(
            f"{name:<16}{kind.store.p50:>9}{kind.store.p99:>9}{kind.store.p99_own:>9}"
            f"{kind.desk.p50:>10}{kind.desk.p99:>10}"
            f"{kind.like_p50:>12,.0f}{kind.ratio:>9,.0f}{kind.found:>7}"
        )
    lines.append(
        f"{'plain work':<16}{machine.p50:>9}{machine.p99:>9}  (同样长短的固定运算,看机器本身)"
    )
    return "\n".join([*lines, _text(whole)])


@bench_app.command()
def feed(
    rate: Annotated[int, typer.Option(min=2_000, help="每秒逐笔条数")] = 300_000,
    seconds: Annotated[float, typer.Option(min=1, help="高峰持续秒数")] = 10,
    instruments: Annotated[int, typer.Option(min=10, max=100_000, help="证券数")] = 6_000,
    flush_ms: Annotated[float, typer.Option(min=0.5, max=50, help="交易所多久发送一次")] = 2,
    folder: Annotated[
        Path | None, typer.Option("--data", help="含逐笔文件的目录(默认用旁边的共享数据)")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出机器可读的 JSON")] = False,
) -> None:
    """全市场高峰:真实连接、真实引擎、打开交易页的真实窗口;丢失或盘口不符时状态为 1。"""
    from app.commands.feed_bench.run import measure_feed
    from services.market.bench.burst.flow import Order
    from services.market.bench.report import ORDINARY_DAY, find_day

    try:
        day = find_day(folder, REPOSITORY.parent, ORDINARY_DAY)
        order = Order(rate, instruments, max(2.0, seconds / 2), seconds, flush_ms)
        figures = measure_feed(day, order)
    except ExpectedFailure as failure:
        say_failure(failure)
        raise typer.Exit(FAILED) from failure
    sys.stdout.write((_json(figures) if as_json else _text(figures)) + "\n")
    if figures["lost"] or not figures["books_equal"]:
        raise typer.Exit(1)


@bench_app.command("feed-publisher", hidden=True)
def feed_publisher(
    folder: Annotated[Path, typer.Option("--data")], order: Annotated[str, typer.Option()]
) -> None:
    """测速用的交易所进程。"""
    from app.commands.feed_bench.publish import publish
    from services.market.bench.burst.flow import Order

    try:
        status = publish(folder, msgspec.json.decode(order, type=Order))
    except ExpectedFailure as failure:
        say_failure(failure)
        raise typer.Exit(FAILED) from failure
    raise typer.Exit(status)


@bench_app.command("feed-desk", hidden=True)
def feed_desk(
    context: typer.Context,
    engine_url: Annotated[str, typer.Option()],
    clock: Annotated[str, typer.Option()],
    out: Annotated[Path, typer.Option()],
) -> None:
    """测速用的桌面进程;启动口令从标准输入第一行读取。"""
    from app.commands.feed_bench.desk import EngineOnly, watch_market
    from services.clock.clock import clock_from_text

    reach = EngineOnly(engine_url, sys.stdin.readline().strip(), clock_from_text(clock))
    raise typer.Exit(watch_market(context.obj.places, reach, out))


@bench_app.command()
def nightly(
    clients: Annotated[int, typer.Option(min=100, help="客户数")] = 100_000,
    entries: Annotated[int, typer.Option(min=100, help="待入账的佣金笔数")] = 1_000_000,
    as_json: Annotated[bool, typer.Option("--json", help="输出机器可读的 JSON")] = False,
) -> None:
    """夜间批处理:全部客户评级与积分入账,对比同样工作的裸 SQL;另测提醒生成。"""
    import asyncio

    from services.worker.bench.firm import Scale
    from services.worker.bench.nightly import measure_nights

    try:
        figures = asyncio.run(
            measure_nights(Scale(clients, entries), lambda what: typer.echo(what, err=True))
        )
    except ExpectedFailure as failure:
        say_failure(failure)
        raise typer.Exit(FAILED) from failure
    sys.stdout.write((_json(figures) if as_json else _text(figures)) + "\n")


def _json(figures: dict[str, object]) -> str:
    return msgspec.json.format(msgspec.json.encode(figures)).decode()


def _text(figures: dict[str, object]) -> str:
    widest = max(len(name) for name in figures)
    return "\n".join(
        f"{name:<{widest}}  {value:,}" if isinstance(value, int) else f"{name:<{widest}}  {value}"
        for name, value in figures.items()
    )
