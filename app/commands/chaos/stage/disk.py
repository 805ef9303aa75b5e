"""A small disk that can be filled: a tiny file system of its own where we may mount one."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

_BALLAST = "ballast"
_CHUNK = b"\0" * (1 << 20)


@dataclass(slots=True)
class SmallDisk:
    """``is_real`` False: no file system of our own here, so that it cannot be filled."""

    folder: Path
    megabytes: int
    is_real: bool = False

    def mount(self) -> None:
        """Make the folder, on a file system of its own where this process may."""
        self.folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        mount = shutil.which("mount")
        if mount is None or os.name != "posix" or os.geteuid() != 0:
            return
        options = f"size={self.megabytes}m,mode=0755"
        words = [mount, "-t", "tmpfs", "-o", options, "workstation-chaos", str(self.folder)]
        self.is_real = subprocess.run(words, capture_output=True, check=False).returncode == 0

    def unmount(self) -> None:
        """Give the file system back; whatever still holds a file open keeps it until it ends."""
        if self.is_real:
            subprocess.run(["umount", "-l", str(self.folder)], capture_output=True, check=False)
            self.is_real = False

    def fill(self) -> None:
        """Leave no byte."""
        file = os.open(self.folder / _BALLAST, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        chunk = _CHUNK
        try:
            while chunk:
                try:
                    os.write(file, chunk)
                except OSError:
                    chunk = chunk[: len(chunk) // 2]
        finally:
            os.close(file)

    def free(self) -> None:
        """Give the room back."""
        (self.folder / _BALLAST).unlink(missing_ok=True)

    def keep(self, folder: Path) -> None:
        """Copy what lies on it, to be looked into once it is gone."""
        shutil.copytree(
            self.folder, folder, ignore=shutil.ignore_patterns(_BALLAST, ".s.*"), symlinks=True
        )
