"""Lets one engine at a time own a folder of journals; the lock dies with its process."""

import os
import sys
from pathlib import Path

from models.errors import ExpectedFailure

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


class FolderLock:
    """Held until ``release`` or the end of the process.

    Raises ExpectedFailure ENGINE_RUNNING when another process holds it.
    """

    def __init__(self, folder: Path) -> None:
        self._fd = os.open(folder / "engine.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(self._fd)
        except OSError as fault:
            os.close(self._fd)
            raise ExpectedFailure(
                "另一个交易引擎正在使用这个数据目录",
                f"请先结束它,或为本引擎另选数据目录:{folder}",
                "ENGINE_RUNNING",
            ) from fault

    def release(self) -> None:
        """Let the next engine in."""
        os.close(self._fd)


def _lock(fd: int) -> None:
    if sys.platform == "win32":
        msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
