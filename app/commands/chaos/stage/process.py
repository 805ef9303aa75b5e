"""One process under test: started, killed, frozen and started again; watched for its own death."""

import asyncio
import os
import resource
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from app.frame.supervisor import program

_LAST_LINES = 15


class Broken(Exception):
    """Something that must hold did not: the seed has failed."""


@dataclass(slots=True)
class Child:
    """``words`` follow the program's name; ``secret`` is its first line of input.

    ``speaks``: its output is read by the runner instead of going to its log.
    """

    name: str
    home: Path
    words: tuple[str, ...]
    secret: str = field(default="", repr=False)
    speaks: bool = False
    process: Process | None = None
    is_frozen: bool = False

    @property
    def log(self) -> Path:
        """Where its words go."""
        return self.home / f"{self.name}.out"

    @property
    def clock_file(self) -> Path:
        """Says how wrong its clock is."""
        return self.home / "clock"

    async def start(self) -> None:
        """Start it, once more where it was killed."""
        self.home.mkdir(mode=0o755, parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *program(),
                "--home",
                str(self.home),
                *self.words,
                stdin=PIPE if self.speaks or self.secret else DEVNULL,
                stdout=PIPE if self.speaks else log,
                stderr=log,
                limit=1 << 24,
            )
        if self.secret and self.process.stdin is not None:
            self.process.stdin.write(self.secret.encode() + b"\n")

    async def kill(self) -> None:
        """End it without a word, as a power cut does."""
        process, self.process = self.process, None
        self.is_frozen = False
        if process is None:
            return
        _require_alive(self, process)
        process.kill()
        await process.wait()

    async def end(self) -> None:
        """End whatever is left of it, however it is."""
        process, self.process = self.process, None
        if process is not None and process.returncode is None:
            process.kill()
            await process.wait()

    def freeze(self) -> None:
        """Let it stand still, its connections open and its locks held."""
        self._signal(signal.SIGSTOP)
        self.is_frozen = True

    def thaw(self) -> None:
        """Let it go on."""
        if self.is_frozen:
            self._signal(signal.SIGCONT)
            self.is_frozen = False

    def move_clock(self, shift: timedelta = timedelta()) -> None:
        """Let its machine's clock be so far ahead of the right time from now on, as it runs."""
        self.home.mkdir(mode=0o755, parents=True, exist_ok=True)
        written = self.clock_file.with_suffix(".new")
        written.write_text(str(int(shift.total_seconds())), "ascii")
        written.replace(self.clock_file)

    def set_word(self, name: str, value: str) -> None:
        """Start it next time with another value behind ``name``."""
        place = self.words.index(name) + 1
        self.words = (*self.words[:place], value, *self.words[place + 1 :])

    def set_up(self, *lines: str) -> None:
        """Write its settings file."""
        self.home.mkdir(mode=0o755, parents=True, exist_ok=True)
        (self.home / "settings.toml").write_text("\n".join((*lines, "")), "utf-8")

    def limit_files(self, size: int) -> bool:
        """Refuse it every byte of a file beyond ``size``; False where that cannot be done."""
        if self.process is None or not hasattr(resource, "prlimit"):
            return False
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
        return True

    async def lift_limit(self) -> None:
        """Let its files grow again."""
        if self.process is not None and self.process.returncode is None:
            free = resource.RLIM_INFINITY
            resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (free, free))

    def check(self) -> None:
        """Broken when it died by itself: whatever happened, it had to live through it."""
        if self.process is not None:
            _require_alive(self, self.process)

    def _signal(self, number: signal.Signals) -> None:
        if self.process is not None and self.process.returncode is None:
            os.kill(self.process.pid, number)


def _require_alive(child: Child, process: Process) -> None:
    if process.returncode is None:
        return
    lines = child.log.read_text("utf-8", "replace").splitlines()[-_LAST_LINES:]
    said = "\n".join(lines)
    raise Broken(f"{child.name} 自行退出(状态 {process.returncode}):\n{said}")
