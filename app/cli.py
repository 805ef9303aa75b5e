"""The command line: one word a process or task; every command has help."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from msgspec.structs import replace

from app.frame.places import Places, find_places
from app.frame.process import FAILED, Body, run_process, say_failure
from app.frame.session import MarketSession, join_session, new_session, trade_date_of
from app.frame.settings import Settings, ThemeName, kept_apart, read_settings
from models.errors import ExpectedFailure

cli = typer.Typer(
    name="workstation",
    help="客户经理工作站 Client-Manager Workstation:不带命令时打开桌面。",
    no_args_is_help=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    add_completion=False,
)

PROCESSES = ("exchange", "replay", "engine", "hub", "worker")

Clock = Annotated[str, typer.Option("--clock", hidden=True, help="会话时钟(由桌面传入)")]
Port = Annotated[int, typer.Option(min=0, max=65_535, help="监听端口,0 为任意空闲端口")]
Secret = Annotated[
    bool, typer.Option("--stdin-secret", hidden=True, help="标准输入第一行是口令或连接串")
]
AsJson = Annotated[bool, typer.Option("--json", help="输出机器可读的 JSON")]


@dataclass(frozen=True, slots=True)
class Start:
    """What every command is given: where things are and what is set."""

    places: Places
    settings: Settings


@cli.callback(invoke_without_command=True)
def workstation(
    context: typer.Context,
    home: Annotated[Path | None, typer.Option(help="数据目录(默认在用户数据目录)")] = None,
) -> None:
    """Open the desk unless another command is named."""
    try:
        places = find_places(home)
        settings = read_settings(places.settings)
        context.obj = Start(places, kept_apart(settings) if places.is_practice else settings)
    except ExpectedFailure as failure:
        _end(failure)
    if context.invoked_subcommand is None:
        desk(context)


@cli.command()
def desk(
    context: typer.Context,
    start: Annotated[str, typer.Option(help="行情开始时间,如 09:15:00")] = "",
    speed: Annotated[int, typer.Option(help="行情速度 1–50 倍")] = 0,
    theme: Annotated[ThemeName | None, typer.Option(help="颜色主题")] = None,
    replay: Annotated[str, typer.Option(help="回放已录制的一天(文件或交易日),不能委托")] = "",
) -> None:
    """打开工作站:数据库、交易所、引擎等所需进程一并启动并看护。"""
    given: Start = context.obj
    exchange = given.settings.exchange
    if replay:
        exchange = replace(exchange, start="", speed=1, replay=replay)
    exchange = replace(exchange, start=start or exchange.start, speed=speed or exchange.speed)
    screen = replace(given.settings.screen, theme=theme or given.settings.screen.theme)
    settings = replace(given.settings, exchange=exchange, screen=screen)
    _guard(lambda: _open_desk(given.places, settings))


@cli.command()
def exchange(
    context: typer.Context,
    port: Port = 0,
    clock: Clock = "",
    start: Annotated[str, typer.Option(help="开始时间")] = "",
    speed: Annotated[int, typer.Option(help="速度 1–50 倍")] = 0,
) -> None:
    """运行模拟交易所:回放真实的一天,撮合委托,发布 Level-2。"""
    given: Start = context.obj
    from app.exchange import run_exchange
    from services.clock.clock import clock_from_text

    chosen = given.settings.exchange
    chosen = replace(chosen, start=start or chosen.start, speed=speed or chosen.speed)
    session = _session(given.places, clock, replace(given.settings, exchange=chosen))

    _run(
        "exchange",
        given.places,
        lambda ready, stop: run_exchange(
            port=port or chosen.port,
            clock=clock_from_text(session.clock_text),
            trade_date=session.trade_date,
            seed=chosen.seed,
            ready=ready,
            stop=stop,
        ),
    )


@cli.command("replay")
def replay_day(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="录制文件,或本机已录的交易日")] = "",
    speed: Annotated[str, typer.Option(help="速度 1–50 倍,或 max(一次送出全天)")] = "1",
    start: Annotated[str, typer.Option(help="从几点开始,如 10:00:00(此前的作为历史)")] = "",
    port: Port = 0,
    clock: Clock = "",
    shows_list: Annotated[bool, typer.Option("--list", help="列出本机已录制的交易日")] = False,
    verify: Annotated[bool, typer.Option(help="全速重放并核对录制时的盘口指纹")] = False,
    as_json: AsJson = False,
) -> None:
    """把录制的一天像交易所一样发布(只有行情,不接受委托)。"""
    given: Start = context.obj
    from app.commands.recording import list_recordings, replay_settings, verify_recording
    from app.exchange import run_replay
    from services.clock.clock import clock_from_text

    if shows_list:
        _guard(lambda: list_recordings(given.places.recordings, as_json=as_json))
    if verify:
        _guard(lambda: verify_recording(given.places.recordings, file, as_json=as_json))
    try:
        chosen = replay_settings(given.places, given.settings.exchange, file, speed, start)
    except ExpectedFailure as failure:
        _end(failure)
    session = _session(given.places, clock, replace(given.settings, exchange=chosen))
    _run(
        "replay",
        given.places,
        lambda ready, stop: run_replay(
            port=port,
            file=Path(chosen.replay),
            clock=clock_from_text(session.clock_text),
            ready=ready,
            stop=stop,
        ),
    )


@cli.command()
def engine(
    context: typer.Context,
    exchange_url: Annotated[str, typer.Option(help="交易所地址,如 ws://127.0.0.1:9001")],
    port: Port = 0,
    clock: Clock = "",
    replay: Annotated[bool, typer.Option("--replay", hidden=True, help="日志另存")] = False,
) -> None:
    """运行交易引擎;启动口令从标准输入第一行读取。"""
    given: Start = context.obj
    from app.engine import RecordPlan, run_engine
    from services.clock.clock import clock_from_text

    chosen, places = given.settings.engine, given.places
    record = RecordPlan(places.recordings, chosen.record_days) if chosen.record else None

    token = _first_line("engine")
    session = _session(given.places, clock, given.settings)
    _run(
        "engine",
        given.places,
        lambda ready, stop: run_engine(
            port=port or given.settings.engine.port,
            exchange_url=exchange_url,
            token=token,
            folder=places.replay if replay else places.engine,
            clock=clock_from_text(session.clock_text),
            trade_date=session.trade_date,
            ready=ready,
            stop=stop,
            record=record,
        ),
    )


@cli.command()
def hub(
    context: typer.Context, port: Port = 0, clock: Clock = "", stdin_secret: Secret = False
) -> None:
    """运行中心门户:桌面经它登录、上送命令、取回变更。"""
    given: Start = context.obj
    from app.hub import listening, run_hub
    from services.clock.clock import clock_from_text

    url = _database_url(given, stdin_secret, clock)
    _run(
        "hub",
        given.places,
        lambda ready, stop: run_hub(
            at=listening(port or given.settings.hub.port, given.settings.hub, given.places.tls),
            database_url=url,
            clock=clock_from_text(clock),
            ready=ready,
            stop=stop,
        ),
    )


@cli.command()
def worker(context: typer.Context, clock: Clock = "", stdin_secret: Secret = False) -> None:
    """运行后台工作进程:执行命令,可以同时有许多个。"""
    given: Start = context.obj
    from app.worker import run_worker
    from services.central.sync.pruning import Keeping
    from services.clock.clock import clock_from_text

    url = _database_url(given, stdin_secret, clock)
    _run(
        "worker",
        given.places,
        lambda ready, stop: run_worker(
            database_url=url,
            clock=clock_from_text(clock),
            night_at=given.settings.worker.night_at,
            ready=ready,
            stop=stop,
            keeping=Keeping(given.settings.central.keep_days, given.settings.central.undo_days),
        ),
    )


@cli.command()
def tour(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="图片与 summary.json 的输出目录")],
) -> None:
    """在全新数据目录里离屏走一遍主要工作,保存每个画面与 summary.json。"""
    from app.tour.run import run_tour

    given: Start = context.obj
    _guard(lambda: run_tour(out=out, settings=given.settings))


@cli.command()
def doctor(context: typer.Context, as_json: AsJson = False) -> None:
    """检查本机是否具备运行条件(只看不改)。"""
    from app.doctor import run_doctor

    given: Start = context.obj
    raise typer.Exit(run_doctor(given.places, as_json=as_json))


def main() -> None:
    """Entry point of ``workstation``."""
    _mount()
    cli()


def _mount() -> None:
    """Add the command groups, unless this is a process that must start without them."""
    if any(word in PROCESSES for word in sys.argv):
        return
    from app.commands.chaos.command import chaos_app

    cli.add_typer(chaos_app, name="chaos")
    if "chaos" in sys.argv:  # its desks start again and again: they load nothing of the others
        return
    _mount_central()
    from app.commands.bench import bench_app
    from app.commands.book import book_app
    from app.commands.files.report import report
    from app.commands.match import match_app
    from app.commands.queue import queue_app
    from app.commands.recording import record_app
    from app.commands.rules import rules_app
    from app.commands.store import store_app
    from app.desk.practice.command import practice

    cli.command()(practice)
    cli.command()(report)
    cli.add_typer(rules_app, name="rules")
    cli.add_typer(book_app, name="book")
    cli.add_typer(match_app, name="match")
    cli.add_typer(queue_app, name="queue")
    cli.add_typer(record_app, name="record")
    cli.add_typer(bench_app, name="bench")
    cli.add_typer(store_app, name="store")


def _mount_central() -> None:
    from app.central import central_app
    from app.commands.files.calls import calls, waiting
    from app.commands.files.exports import decide, export_app
    from app.commands.files.hand_over import hand_over
    from app.commands.files.imports import import_app
    from app.commands.files.loads import load_app
    from app.commands.files.questions import questions
    from app.commands.files.segments import segment
    from app.commands.nights import night

    central_app.command()(night)
    central_app.command()(segment)
    central_app.command()(decide)
    central_app.command()(hand_over)
    central_app.command()(calls)
    central_app.command()(waiting)
    load_app.command()(questions)
    central_app.add_typer(load_app, name="load")
    central_app.add_typer(import_app, name="import")
    central_app.add_typer(export_app, name="export")
    cli.add_typer(central_app, name="central")


def _open_desk(places: Places, settings: Settings) -> int:
    from app.frame.display import require_display

    new_session(places, settings.exchange)  # whatever is wrong with it, before any window
    require_display()
    from app.desk.run import run_desk

    return run_desk(places=places, settings=settings)


def _session(places: Places, clock: str, settings: Settings) -> MarketSession:
    if clock:
        return MarketSession(trade_date_of(clock), clock)
    try:
        return join_session(places, settings.exchange, PROCESSES)
    except ExpectedFailure as failure:
        _end(failure)


def _database_url(given: Start, stdin_secret: bool, clock: str) -> str:
    if stdin_secret:
        return _first_line("database")
    from app.central import prepare_central_once

    try:
        return prepare_central_once(given.places, given.settings, clock)
    except ExpectedFailure as failure:
        _end(failure)


def _first_line(what: str) -> str:
    if sys.stdin is None or sys.stdin.isatty():
        sys.stderr.write(f"请在标准输入第一行给出 {what} 的口令或连接串\n")
    line = sys.stdin.readline().strip() if sys.stdin is not None else ""
    if not line:
        _end(ExpectedFailure("标准输入没有口令", "第一行应为启动口令或连接串", "NO_SECRET"))
    return line


def _run(name: str, places: Places, body: Body) -> NoReturn:
    raise typer.Exit(run_process(name, places, body))


def _guard(action: Callable[[], int]) -> NoReturn:
    try:
        status = action()
    except ExpectedFailure as failure:
        _end(failure)
    raise typer.Exit(status)


def _end(failure: ExpectedFailure) -> NoReturn:
    say_failure(failure)
    raise typer.Exit(FAILED)
