"""``workstation store …``: backs the local store up, brings a backup back, rewraps its key."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.frame.places import Places
from app.frame.process import FAILED, say_failure
from app.frame.settings import Settings
from models.errors import ExpectedFailure

if TYPE_CHECKING:
    from app.cli import Start
    from services.desk.storage.file.backup import Progress

store_app = typer.Typer(help="本地加密库:备份、恢复、改口令。", no_args_is_help=True)


@store_app.command()
def backup(
    context: typer.Context, file: Annotated[Path, typer.Argument(help="备份文件(须不存在)")]
) -> None:
    """把本地库备份成一个加密文件;工作站开着也可以,写完逐页校验。"""
    given: Start = context.obj
    with _told():
        _back_up(given.places, given.settings, file)


@store_app.command()
def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="备份文件")],
    yes: Annotated[bool, typer.Option("--yes", help="不再询问")] = False,
) -> None:
    """用备份换下本地库(原库移到一旁,不删除);须先关闭工作站。"""
    given: Start = context.obj
    from app.frame.desk_lock import only_desk

    with _told(), only_desk(given.places):
        _restore(given.places, given.settings, file, yes)


@store_app.command()
def passphrase(context: typer.Context) -> None:
    """改登录口令:只重新包裹密钥,数据不动。"""
    given: Start = context.obj
    from app.desk.entrance import door_of

    with _told():
        if given.settings.sign_in.automatic:
            raise ExpectedFailure(
                "演示自动登录,口令固定",
                "先在设置里写 [sign_in] automatic = false",
                "DEMO_PASSPHRASE",
            )
        vault = door_of(given.places, given.settings.staff_id).vault
        vault.change(_ask("现在的口令"), _ask("新口令"))
        _say("口令已改")


def _back_up(places: Places, settings: Settings, file: Path) -> None:
    from app.desk.entrance import door_of
    from services.clock.clock import SystemClock
    from services.desk.storage.file.backup import BackupSource, back_up
    from services.desk.storage.file.cipher import CipherFile

    door = door_of(places, settings.staff_id)
    if not door.place.file.exists():
        raise ExpectedFailure("本机还没有本地库", "请先打开一次工作站", "STORE_MISSING")
    key = door.vault.unlock(passphrase_of(settings))
    made_at = SystemClock().now().isoformat(timespec="seconds")
    source = BackupSource(
        CipherFile(door.place.file, key), door.vault.record(), settings.staff_id, made_at
    )
    with _bar() as progress:
        back_up(source, file.resolve(), progress)
    _say(f"已备份并校验:{file}({file.stat().st_size:,} 字节)")


def _restore(places: Places, settings: Settings, file: Path, yes: bool) -> None:
    from app.desk.entrance import door_of
    from services.clock.clock import SystemClock
    from services.desk.storage.file.restore import read_note, restore

    note = read_note(file)
    if not yes:
        _confirm(f"用 {note.made_at} 的备份换下 {settings.staff_id} 的本地库?原库会移到一旁")
    door = door_of(places, settings.staff_id)
    done = restore(
        file,
        door.place,
        door.vault,
        passphrase_of(settings),
        stamp=SystemClock().now().strftime("%Y%m%d-%H%M%S"),
        say=lambda step: _say(f"{step}…"),
    )
    _say(f"已恢复 {note.made_at} 的备份,其中 {done.waiting} 条操作待同步")
    if done.aside is not None:
        _say(f"原库在 {done.aside}")


def passphrase_of(settings: Settings) -> str:
    """Return what opens the store: the demo's own, else what is typed."""
    if settings.sign_in.automatic:
        from app.desk.entrance import DEMO_PASSPHRASE

        return DEMO_PASSPHRASE
    return _ask("登录口令")


def _ask(what: str) -> str:
    """Ask at the terminal without showing it; else take the next line of standard input."""
    if sys.stdin.isatty():
        return str(typer.prompt(what, hide_input=True))
    line = sys.stdin.readline().rstrip("\n")
    if not line:
        raise ExpectedFailure(f"标准输入没有{what}", "每行一个口令", "NO_SECRET")
    return line


def _confirm(question: str) -> None:
    if not sys.stdin.isatty():
        raise ExpectedFailure("恢复前须确认", "请在终端里运行,或加 --yes", "NOT_CONFIRMED")
    if not typer.confirm(question):
        raise ExpectedFailure("没有恢复", "本地库未改动", "NOT_CONFIRMED")


@contextmanager
def _bar() -> Iterator["Progress"]:
    from rich.console import Console
    from rich.progress import Progress as Bars

    with Bars(console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("备份", total=None)
        yield lambda done, pages: bars.update(task, completed=done, total=pages)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except ExpectedFailure as failure:
        say_failure(failure)
        raise typer.Exit(FAILED) from failure


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
