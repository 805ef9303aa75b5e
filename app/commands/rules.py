"""Tries the firm's dated rules: ``workstation rules eval FILE``."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from models.errors import ExpectedFailure
from services.clock.clock import SystemClock
from services.rules.evaluator.lines import evaluate_lines
from services.rules.loader import load_profile
from services.rules.strict import unread_places

UNREADABLE = 2
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

rules_app = typer.Typer(help="试算规则", no_args_is_help=True)


@rules_app.callback()
def rules() -> None:
    """试算规则"""


@rules_app.command("eval")
def evaluate(
    file: Annotated[Path, typer.Argument(help="案例文件,每行一个 JSON")],
    profile: Annotated[Path | None, typer.Option(help="设置文件(TOML);缺省为在用设置")] = None,
) -> None:
    """逐行试算 FILE 中的案例,结果写到标准输出,每行一个 JSON。"""
    try:
        settings = load_profile(profile)
        cases = open_cases(file)
    except ExpectedFailure as fault:
        typer.echo(str(fault), err=True)
        raise typer.Exit(UNREADABLE) from fault
    for place in unread_places(settings.document) if profile else ():
        typer.echo(f"设置文件中没有规则用到的项:{place}", err=True)
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
