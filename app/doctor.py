"""Looks at this machine and says what the workstation would miss; changes nothing."""

import os
import platform
import shutil
import sys
from collections.abc import Callable
from importlib import import_module
from importlib.resources import files
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from app.frame.display import require_display
from app.frame.places import Places
from app.frame.readiness import find_ready
from models.errors import ExpectedFailure

_FREE_BYTES = 1_000_000_000
_RESOURCES = ("fonts", "market_day", "market_rules", "demo/securities.csv")
_PROCESSES = ("exchange", "replay", "engine", "hub", "worker")


class Finding(msgspec.Struct, frozen=True):
    """One thing looked at; ``needed`` False = the workstation runs without it."""

    name: str
    ok: bool
    found: str
    cure: str = ""
    needed: bool = True


def run_doctor(places: Places, *, as_json: bool) -> int:
    """Print all findings; 0 when nothing that is needed is missing, else 1."""
    findings = examine(places)
    if as_json:
        sys.stdout.write(msgspec.json.encode(findings).decode() + "\n")
    else:
        _print(findings)
    return int(any(item.needed and not item.ok for item in findings))


def examine(places: Places) -> list[Finding]:
    """Return all findings, the most basic first."""
    looks: tuple[Callable[[], Finding], ...] = (
        _python,
        lambda: _room(places),
        _qt,
        _display,
        _kernel,
        _postgres,
        _cipher,
        _resources,
        lambda: _running(places),
    )
    return [look() for look in looks]


def _python() -> Finding:
    ok = sys.version_info[:2] in ((3, 11), (3, 12))
    return Finding("Python", ok, platform.python_version(), "需要 3.11 或 3.12,重新运行 ./run")


def _room(places: Places) -> Finding:
    folder = places.home
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    ok = free > _FREE_BYTES and os.access(folder, os.W_OK)
    found = f"{places.home},可用 {free // 1_000_000} MB"
    return Finding("数据目录", ok, found, "需要可写且至少 1 GB,可用 --home 另选目录")


def _qt() -> Finding:
    try:
        import_module("PySide6.QtWidgets")
    except ImportError as fault:
        return Finding("Qt", False, str(fault), "运行 ./run,它会安装或指明缺少的系统库")
    return Finding("Qt", True, str(import_module("PySide6").__version__))


def _display() -> Finding:
    try:
        require_display()
    except ExpectedFailure as failure:
        return Finding("显示器", False, failure.title, failure.advice, needed=False)
    return Finding("显示器", True, os.environ.get("QT_QPA_PLATFORM", "有"))


def _kernel() -> Finding:
    try:
        import_module("services.market.kernel.fast")
    except ImportError as fault:
        cure = "安装 C 编译器后重新运行 ./run;没有也能用(纯 Python,较慢)"
        return Finding("行情内核", False, str(fault), cure, needed=False)
    return Finding("行情内核", True, "已编译")


def _postgres() -> Finding:
    from services.central.embedded import server_version

    try:
        return Finding("PostgreSQL", True, f"内置 {server_version()}")
    except (ImportError, OSError) as fault:
        return Finding("PostgreSQL", False, str(fault), "重新运行 ./run 安装依赖")


def _cipher() -> Finding:
    try:
        version = import_module("sqlcipher3").sqlite_version
    except ImportError as fault:
        return Finding("加密存储", False, str(fault), "重新运行 ./run 安装依赖")
    return Finding("加密存储", True, f"SQLCipher(SQLite {version})")


def _resources() -> Finding:
    root = Path(str(files("resources")))
    missing = [name for name in _RESOURCES if not (root / name).exists()]
    found = "齐全" if not missing else "缺少 " + "、".join(missing)
    return Finding("资源文件", not missing, found, "重新取得完整的程序目录")


def _running(places: Places) -> Finding:
    if not places.home.exists():
        return Finding("运行中的进程", True, "无(从未启动)", needed=False)
    found = [ready for name in _PROCESSES if (ready := find_ready(places, name))]
    text = "、".join(f"{ready.name}({ready.pid},端口 {ready.port})" for ready in found)
    return Finding("运行中的进程", True, text or "无", needed=False)


def _print(findings: list[Finding]) -> None:
    table = Table(title="工作站体检", show_lines=False)
    for heading in ("", "项目", "现状", "办法"):
        table.add_column(heading)
    for item in findings:
        mark = "✓" if item.ok else ("✗" if item.needed else "–")
        table.add_row(mark, item.name, item.found, "" if item.ok else item.cure)
    Console().print(table)
