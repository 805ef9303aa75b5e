"""Makes central ready: server, schema, demo firm; the commands ``central init|status|stop``."""

import asyncio
import json
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from app.frame.places import Places
from app.frame.process import FAILED, say_failure
from app.frame.session import RECORDED_DAY, trade_date_of
from app.frame.settings import Settings
from models.dates import BEIJING
from models.errors import ExpectedFailure
from services.clock.clock import Clock

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from services.central.audit import AuditProof

Report = Callable[[int, int, str], None]  # steps done, steps in all, what is being done

DATABASE = "workstation"
SERVER_FOLDER = "pg18"
_LOOK_S = 2.0

central_app = typer.Typer(help="中心数据库:建库、演示数据、状态。", no_args_is_help=True)


async def prepare_central(
    *, settings: Settings, places: Places, clock: Clock, progress: Report
) -> str:
    """Return the database's address for hub and workers, everything in it ready.

    Without a configured URL the embedded server is started, migrated and, when empty, filled with
    the demo firm; the firm's own database is only looked at. Raises ExpectedFailure
    CENTRAL_START_FAILED, CENTRAL_UNREACHABLE, CENTRAL_URL_BROKEN, CENTRAL_NOT_READY,
    CENTRAL_NEWER or CENTRAL_TOO_OLD.
    """
    return await _prepare(settings, places, clock.now().date(), progress)


def prepare_central_once(places: Places, settings: Settings, clock_text: str) -> str:
    """Do the same for a process started by hand; progress goes to standard error."""
    today = trade_date_of(clock_text) if clock_text else RECORDED_DAY
    with _progress_bar() as report:
        return asyncio.run(_prepare(settings, places, today, report))


def stop_central(places: Places) -> bool:
    """Stop the embedded server; False when it was not running."""
    from services.central.embedded import stop_embedded

    return stop_embedded(places.central / SERVER_FOLDER)


async def keep_central(*, places: Places, stop: asyncio.Event) -> None:
    """Bring the embedded server back whenever it is found dead, until ``stop`` is set."""
    from services.central.embedded import find_embedded, start_embedded

    folder = places.central / SERVER_FOLDER
    while not stop.is_set():
        if find_embedded(folder) is None:
            try:
                await asyncio.to_thread(start_embedded, folder)
            except ExpectedFailure as failure:
                logging.getLogger(__name__).error("%s", failure)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _LOOK_S)


@central_app.command()
def init(
    context: typer.Context,
    demo: Annotated[bool, typer.Option("--demo", help="空库里写入演示营业部")] = False,
) -> None:
    """建立或升级中心数据库(--demo 写入演示数据,绝不改动非空库)。"""
    with _told_failures(), _progress_bar() as report:
        asyncio.run(_init(context.obj.places, context.obj.settings, demo, report))


@central_app.command()
def status(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="输出机器可读的 JSON")] = False,
) -> None:
    """查看中心数据库:服务器、版本、结构、行数、待处理命令。"""
    with _told_failures():
        found = asyncio.run(_status(context.obj.places, context.obj.settings))
    if as_json:
        sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
        return
    console = Console()
    for name, value in found.items():
        console.print(f"[bold]{name}[/bold] {value}", highlight=False)


@central_app.command("verify-audit")
def verify_audit(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="输出机器可读的 JSON")] = False,
) -> None:
    """逐条核对审计链;全部完整时退出码为 0,否则指出第一处被改动的记录。"""
    with _told_failures():
        proof = asyncio.run(_prove_audit(context.obj.places, context.obj.settings))
    if as_json:
        told = {"whole": proof.is_whole, **asdict(proof)}
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    else:
        typer.echo(_in_words(proof))
    raise typer.Exit(0 if proof.is_whole else FAILED)


@central_app.command()
def stop(context: typer.Context) -> None:
    """停止内置数据库(不影响外部数据库)。"""
    with _told_failures():
        stopped = stop_central(context.obj.places)
    typer.echo("已停止" if stopped else "内置数据库没有在运行")


@central_app.command()
def login(
    context: typer.Context,
    staff: Annotated[str, typer.Argument(help="工号")],
    branch: Annotated[str, typer.Option(help="营业部(可省略;写了须相符)")] = "",
    close: Annotated[bool, typer.Option("--close", help="收回登录")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出机器可读的 JSON")] = False,
) -> None:
    """为一名员工开通数据库登录:用任何 SQL 工具都只见本人可见的行,不能代替他人。"""
    with _told_failures():
        found = asyncio.run(
            _login(context.obj.places, context.obj.settings, (branch, staff), is_closing=close)
        )
    if as_json:
        sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
    elif close:
        typer.echo(f"已收回 {staff} 的登录" if found["closed"] else f"{staff} 没有登录")
    else:
        typer.echo(f"登录 {found['login']} 已开通;口令只显示这一次:\n{found['url']}")


@central_app.command("prune")
def prune_logs(
    context: typer.Context,
    keep_days: Annotated[
        int | None, typer.Option(min=0, help="保留多少天(默认取设置 [central] keep_days)")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出机器可读的 JSON")] = False,
) -> None:
    """清理旧的变更日志、已应答的命令与应答、过了可撤销期的导入个人资料。

    离线更久的桌面会重新取回全部资料。
    """
    settings = context.obj.settings
    kept = settings.central.keep_days if keep_days is None else keep_days
    with _told_failures():
        found = asyncio.run(_prune(context.obj.places, settings, kept))
    if as_json:
        sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
        return
    typer.echo(
        f"已清理变更日志 {found['changes']:,} 行、已应答命令 {found['commands']:,} 条、"
        f"应答 {found['answers']:,} 条、未提交的导入 {found['parts']:,} 份、"
        f"导入行个人资料 {found['import_rows']:,} 行"
    )


async def _init(places: Places, settings: Settings, demo: bool, report: Report) -> None:
    url = await _reach(settings, places, report)
    await _migrate(url, report)
    if demo:
        await _seed(url, settings, RECORDED_DAY, report)


async def _prepare(settings: Settings, places: Places, today: date, report: Report) -> str:
    url = await _reach(settings, places, report)
    if settings.central.url:
        await _require_ready(url)
        return url
    await _migrate(url, report)
    await _seed_if_empty(url, settings, today, report, places)
    return url


async def _prove_audit(places: Places, settings: Settings) -> "AuditProof":
    from services.central.audit import prove_audit
    from services.central.connection import central_faults, open_engine

    engine = open_engine(await ready_central(places, settings))
    try:
        with central_faults():
            return await prove_audit(engine)
    finally:
        await engine.dispose()


async def ready_central(places: Places, settings: Settings) -> str:
    """Return the address of a central that has this program's schema, started where it is ours."""
    url = await _reach(settings, places, lambda *_: None)
    await _require_schema(url)
    return url


async def _require_schema(url: str) -> None:
    from services.central.connection import open_engine
    from services.central.migrations.runner import require_current

    engine = open_engine(url)
    try:
        await require_current(engine)
    finally:
        await engine.dispose()


def _in_words(proof: "AuditProof") -> str:
    if proof.is_whole:
        return f"审计链完整:{proof.chains} 条链,{proof.entries} 条记录"
    first = proof.broken[0]
    place = f"营业部 {first.branch_id},链 {first.chain},第 {first.number} 条"
    return f"审计链被改动:第一处在{place}(共 {len(proof.broken)} 处)"


async def _status(places: Places, settings: Settings) -> dict[str, object]:
    from services.central.census import take_census
    from services.central.connection import open_engine
    from services.central.embedded import find_embedded
    from services.central.reachability import require_reachable

    url = settings.central.url
    server = "external" if url else "embedded"
    if not url:
        running = find_embedded(places.central / SERVER_FOLDER)
        if running is None:
            return {"server": server, "running": False}
        url = running.url_of(DATABASE)
    version = await require_reachable(url)
    engine = open_engine(url)
    try:
        census = await take_census(engine)
    finally:
        await engine.dispose()
    return {"server": server, "running": True, "version": version, **asdict(census)}


async def _login(
    places: Places, settings: Settings, of: tuple[str, str], *, is_closing: bool
) -> dict[str, object]:
    from services.central.connection import central_faults, open_engine
    from services.central.privacy.logins import close_login, open_login

    url = await ready_central(places, settings)
    engine = open_engine(url)
    try:
        with central_faults():
            if is_closing:
                return {"closed": await close_login(engine, *of)}
            return asdict(await open_login(engine, url, *of, datetime.now(BEIJING)))
    finally:
        await engine.dispose()


async def _prune(places: Places, settings: Settings, keep_days: int) -> dict[str, int]:
    from services.central.connection import open_engine
    from services.central.embedded import find_embedded
    from services.central.migrations.runner import require_current
    from services.central.reachability import require_reachable
    from services.central.sync.pruning import Keeping, prune

    url = settings.central.url
    if not url:
        running = find_embedded(places.central / SERVER_FOLDER)
        if running is None:
            raise ExpectedFailure("内置数据库没有在运行", "请先打开工作站", "CENTRAL_DOWN")
        url = running.url_of(DATABASE)
    await require_reachable(url)
    engine = open_engine(url)
    try:
        await require_current(engine)
        keeping = Keeping(keep_days, settings.central.undo_days)
        return asdict(await prune(engine, await _today(engine), keeping))
    finally:
        await engine.dispose()


async def _today(engine: "AsyncEngine") -> date:
    """The newest day that a worker has noted: the demo's calendar is not the machine's."""
    from services.central.sync.pruning import newest_mark

    return await newest_mark(engine) or datetime.now(BEIJING).date()


async def _reach(settings: Settings, places: Places, report: Report) -> str:
    from services.central.embedded import start_embedded
    from services.central.reachability import ensure_database, require_reachable

    if settings.central.url:
        await require_reachable(settings.central.url)
        return settings.central.url
    report(0, 1, "启动内置数据库")
    server = await asyncio.to_thread(start_embedded, places.central / SERVER_FOLDER)
    await ensure_database(server.url, DATABASE)
    return server.url_of(DATABASE)


async def _require_ready(url: str) -> None:
    from services.central.census import has_staff
    from services.central.connection import open_engine
    from services.central.migrations.runner import require_current

    engine = open_engine(url)
    try:
        await require_current(engine)
        if not await has_staff(engine):
            raise ExpectedFailure(
                "中心数据库里还没有员工",
                "请先导入员工,或运行 workstation central init --demo 写入演示数据",
                "CENTRAL_NOT_READY",
            )
    finally:
        await engine.dispose()


async def _migrate(url: str, report: Report) -> None:
    from services.central.connection import open_engine
    from services.central.migrations.runner import migrate

    report(0, 1, "检查数据库结构")
    engine = open_engine(url)
    try:
        await migrate(engine)
    finally:
        await engine.dispose()


async def _seed_if_empty(
    url: str, settings: Settings, today: date, report: Report, places: Places
) -> None:
    from services.central.census import has_staff
    from services.central.connection import open_engine

    engine = open_engine(url)
    try:
        filled = await has_staff(engine)
    finally:
        await engine.dispose()
    if not filled and places.is_practice:
        raise ExpectedFailure("演练没有准备好", "请重新开始演练", "PRACTICE_NOT_BEGUN")
    if not filled:
        await _seed(url, settings, today, report)


async def _seed(url: str, settings: Settings, today: date, report: Report) -> None:
    from services.central.connection import open_engine
    from services.central.demo.seeding import seed_demo

    demo = settings.demo
    engine = open_engine(url)
    try:
        await seed_demo(
            engine,
            seed=demo.seed,
            clients=demo.clients,
            manager_clients=demo.manager_clients,
            today=today,
            progress=report,
        )
    finally:
        await engine.dispose()


@contextmanager
def _progress_bar() -> Iterator[Report]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("中心数据库", total=1)
        yield lambda done, total, what: bar.update(
            task, completed=done, total=total, description=what
        )


@contextmanager
def _told_failures() -> Iterator[None]:
    try:
        yield
    except ExpectedFailure as failure:
        say_failure(failure)
        raise typer.Exit(FAILED) from failure
