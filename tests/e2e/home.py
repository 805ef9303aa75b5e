"""A home folder of its own for one test, and the certainty that nothing of it stays alive."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from app.frame.places import Places
from app.frame.readiness import find_ready
from tests.support.shared_data import REPOSITORY

SMALL_FIRM = "[demo]\nclients = 30\nmanager_clients = 10\n"
BACKENDS = ("exchange", "engine", "hub", "worker")


@contextmanager
def fresh_home(settings: str = "") -> Iterator[Places]:
    """Give a home with a small demo firm; whatever a failed test left of it is killed."""
    with TemporaryDirectory(prefix="ws") as folder:
        Path(folder).chmod(0o755)  # the embedded server runs as another user when we are root
        places = Places(Path(folder))
        places.settings.write_text(SMALL_FIRM + settings, "utf-8")
        try:
            yield places
        finally:
            for process in processes_of(places):
                process.kill()
            psutil.wait_procs(processes_of(places), 10)


def processes_of(places: Places) -> list[psutil.Process]:
    """All processes that were started for this home, the database's included."""
    home = str(places.home)
    return [
        process
        for process in psutil.process_iter()
        if process.pid != os.getpid() and _names(process, home)
    ]


def pids(places: Places) -> dict[str, int]:
    """The running backends by name."""
    found = {name: find_ready(places, name) for name in BACKENDS}
    return {name: ready.pid for name, ready in found.items() if ready is not None}


def program(places: Places, *words: str) -> list[str]:
    """How a person starts the workstation in this home."""
    return [sys.executable, "-m", "app", "--home", str(places.home), *words]


def run(places: Places, *words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run a command to its end; an empty variable is taken out of the environment."""
    merged = os.environ | {"QT_QPA_PLATFORM": "offscreen"} | environment
    return subprocess.run(
        program(places, *words),
        cwd=REPOSITORY,
        env={name: value for name, value in merged.items() if value},
        capture_output=True,
        text=True,
        timeout=40,
        check=False,
    )


@contextmanager
def child(*words: str) -> Iterator["subprocess.Popen[str]"]:
    """Run a program beside the test; killed at the end if it still runs."""
    with subprocess.Popen(
        words, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as running:
        try:
            yield running
        finally:
            running.kill()


def said(running: "subprocess.Popen[str]") -> str:
    """Its next line; "" when it ended without one."""
    assert running.stdout is not None
    return running.stdout.readline().strip()


def _names(process: psutil.Process, home: str) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE and any(
            word == home or word.startswith(f"{home}{os.sep}") for word in process.cmdline()
        )
    except psutil.Error:
        return False
