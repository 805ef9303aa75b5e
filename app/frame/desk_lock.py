"""One desk at a time in a home folder; the lock dies with its process, however that ends."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from app.frame.places import Places
from models.errors import ExpectedFailure

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


@contextmanager
def only_desk(places: Places) -> Iterator[None]:
    """Hold the home folder for this desk.

    Raises ExpectedFailure DESK_RUNNING when another desk holds it.
    """
    held = os.open(places.run / "desk.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _lock(held, places)
        yield
    finally:
        os.close(held)


def _lock(held: int, places: Places) -> None:
    try:
        if sys.platform == "win32":
            msvcrt.locking(held, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as fault:
        raise ExpectedFailure(
            "工作站已经打开",
            f"请使用已打开的窗口,或用 --home 另选数据目录(现用 {places.home})",
            "DESK_RUNNING",
        ) from fault
