"""Ready files: how a desk finds the processes that are running already."""

import os
from pathlib import Path

import msgspec
import psutil

from app.frame.places import Places


class Ready(msgspec.Struct, frozen=True):
    """A process that listens; ``born`` (seconds since the epoch) tells a reused pid apart."""

    name: str
    pid: int
    born: int
    port: int


def write_ready(places: Places, name: str, port: int) -> None:
    """Tell the world that this process listens on ``port``."""
    born = int(psutil.Process().create_time())
    ready = Ready(name, os.getpid(), born, port)
    file = _file(places, name)
    draft = file.with_suffix(".new")
    draft.write_bytes(msgspec.json.encode(ready))
    draft.replace(file)


def remove_ready(places: Places, name: str) -> None:
    """Take this process's own ready file away."""
    ready = _read(_file(places, name))
    if ready is not None and ready.pid == os.getpid():
        _file(places, name).unlink(missing_ok=True)


def find_ready(places: Places, name: str) -> Ready | None:
    """Return the running process of that name, None when there is none."""
    ready = _read(_file(places, name))
    if ready is None or not is_alive(ready):
        return None
    return ready


def is_alive(ready: Ready) -> bool:
    """Whether the very process that wrote the file still runs."""
    try:
        process = psutil.Process(ready.pid)
        same = abs(int(process.create_time()) - ready.born) <= 1
        return same and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _file(places: Places, name: str) -> Path:
    return places.run / f"{name}.json"


def _read(file: Path) -> Ready | None:
    try:
        return msgspec.json.decode(file.read_bytes(), type=Ready)
    except (FileNotFoundError, msgspec.DecodeError):
        return None
