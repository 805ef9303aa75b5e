"""Tries the firm's dated rules: ``workstation rules eval FILE``."""

import asyncio
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from models.errors import ExpectedFailure
from models.rules.basis.profile import Profile
from services.clock.clock import SystemClock
from services.rules.dated import DatedSetting, profile_on
from services.rules.evaluator.lines import evaluate_lines
from services.rules.loader import load_profile
from services.rules.strict import unread_places

if TYPE_CHECKING:
    from app.cli import Start

UNREADABLE = 2
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

rules_app = typer.Typer(help="试算规则", no_args_is_help=True)


@rules_app.callback()
def rules() -> None:
    """试算规则"""


@rules_app.command("eval")
def evaluate(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="案例文件,每行一个 JSON")],
    profile: Annotated[
        Path | None, typer.Option(help="设置文件(TOML);缺省为本公司在用设置")
    ] = None,
) -> None:
    """逐行试算 FILE 中的案例,结果写到标准输出,每行一个 JSON。"""
    try:
        settings = _of_file(profile) if profile else _in_force(context.obj)
        cases = open_cases(file)
    except ExpectedFailure as fault:
        typer.echo(str(fault), err=True)
        raise typer.Exit(UNREADABLE) from fault
    with cases:
        for answer in evaluate_lines(read_lines(cases), settings, SystemClock().now()):
            # A lone surrogate of a JSON escape is not UTF-8: it leaves as the escape it came as.
            sys.stdout.buffer.write(answer.encode("utf-8", "backslashreplace") + b"\n")
    sys.stdout.flush()


def open_cases(file: Path) -> BinaryIO:
    """Return ``file`` open for reading; raises ExpectedFailure CASES_UNREADABLE."""
    try:
        return file.open("rb")
    except OSError as fault:
        raise ExpectedFailure(
            f"读不到案例文件:{file}", f"{fault.strerror}。请检查路径和权限", "CASES_UNREADABLE"
        ) from fault


def read_lines(cases: BinaryIO) -> Iterator[bytes]:
    """Yield one line after the other, however many; a mark at the beginning is no text."""
    for at, line in enumerate(cases):
        yield line.removesuffix(b"\n").removeprefix(b"" if at else _BYTE_ORDER_MARK)


def _of_file(profile: Path) -> Profile:
    settings = load_profile(profile)
    for place in unread_places(settings.document):
        typer.echo(f"设置文件中没有规则用到的项:{place}", err=True)
    return settings


def _in_force(start: "Start") -> Profile | Callable[[date], Profile]:
    """Return what this firm has decided: of central, or of the desk's store where that is away.

    Where no firm is yet it is the one that the demo begins with. Whatever is not central's own word
    is said on standard error; raises what central fails with where no store stands in for it.
    """
    from services.desk.storage.file.place import StorePlace, store_exists

    has_store = store_exists(StorePlace(start.places.home / "store", start.settings.staff_id))
    if _has_central(start):
        try:
            rows = asyncio.run(_of_central(start))
        except ExpectedFailure as away:
            if not has_store:
                raise
            typer.echo(f"{away}\n改按这张桌面最近收到的设置试算", err=True)
            rows = asyncio.run(_of_desk(start))
    elif has_store:
        rows = asyncio.run(_of_desk(start))
    else:
        typer.echo("这里还没有公司资料,按演示公司的内置设置试算", err=True)
        return load_profile(None)
    return lambda day: profile_on(rows, day)


def _has_central(start: "Start") -> bool:
    """Whether a central is set, or was made here; starts and makes nothing."""
    from app.central import SERVER_FOLDER

    made = start.places.home / "central" / SERVER_FOLDER / "PG_VERSION"
    return bool(start.settings.central.url) or made.exists()


async def _of_central(start: "Start") -> tuple[DatedSetting, ...]:
    from app.central import ready_central
    from services.central.connection import central_faults, open_engine
    from services.central.handlers.firm_rules import read_dated
    from services.central.session import NIGHT, acting

    engine = open_engine(await ready_central(start.places, start.settings))
    try:
        with central_faults():
            async with acting(engine, NIGHT) as connection:
                return await read_dated(connection)
    finally:
        await engine.dispose()


async def _of_desk(start: "Start") -> tuple[DatedSetting, ...]:
    from app.commands.store import passphrase_of
    from app.desk.entrance import door_of
    from services.desk.storage.queries.firm_settings import read_dated
    from services.desk.storage.store import open_store

    door = door_of(start.places, start.settings.staff_id)
    store = await open_store(door.place, door.vault, passphrase_of(start.settings))
    try:
        return await store.read(read_dated)
    finally:
        await store.close()
