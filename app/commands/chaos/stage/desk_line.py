"""The runner's end of a headless desk: asks it, hears its answers, keeps its engine's ledger."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from app.commands.chaos.stage.process import Child
from app.commands.chaos.talk import Ask, BackUp, Do, Done, Event, Picture, Report, line_of
from models.wire.commands import Command
from models.wire.ledger import OrderChanged
from services.desk.storage.file.place import StorePlace

_answers = msgspec.json.Decoder(Done)
_pictures = msgspec.json.Decoder(Picture)


@dataclass(frozen=True, slots=True)
class Saved:
    """A backup, and what the desk had said to have stored when it was made."""

    file: Path
    accepted: frozenset[str]
    stored_events: frozenset[int]


@dataclass(slots=True)
class DeskLine:
    """One desk: ``accepted`` are the commands it has said are stored, ``refused`` those not.

    A command whose answer died with the desk is in neither: nobody was told, both may be true.
    """

    child: Child
    staff_id: str
    ledger: str
    folder: Path
    saved: Saved | None = None
    events: list[OrderChanged] = field(default_factory=list)
    told: int = 0  # events the desk has been sent in its present life
    accepted: dict[str, Command] = field(default_factory=dict)
    stored_events: set[int] = field(default_factory=set)
    _number: int = 0
    _open: dict[int, tuple[Ask, asyncio.Future[Done | None]]] = field(default_factory=dict)
    _reading: "asyncio.Task[None] | None" = None

    @property
    def place(self) -> StorePlace:
        """Where its store lies."""
        return StorePlace(self.folder, self.staff_id)

    def back_up(self) -> None:
        """Let it write a backup, which counts once it says so."""
        self.ask(lambda number: BackUp(number, str(self.child.home / f"backup-{number}")))

    def go_back_to(self, saved: Saved) -> None:
        """Its store is a backup now: what it stored since is in the store that was moved aside."""
        self.accepted = {
            name: self.accepted[name] for name in self.accepted.keys() & saved.accepted
        }
        self.stored_events &= saved.stored_events

    async def start(self) -> None:
        """Start the desk; it says how far its ledger is, and the engine goes on from there."""
        await self.child.start()
        self._reading = asyncio.create_task(self._read())

    async def kill(self) -> None:
        """End it without a word."""
        await self.child.kill()
        await self._reader_ended()

    async def end(self) -> None:
        """End whatever is left of it."""
        await self.child.end()
        await self._reader_ended()

    def add_event(self, event: OrderChanged) -> None:
        """Let the engine tell one more step."""
        self.events.append(event)

    def ask(self, make: Callable[[int], Ask]) -> "asyncio.Future[Done | None]":
        """Send one ask; the answer is None when the desk dies before it."""
        self._number += 1
        message = make(self._number)
        answer: asyncio.Future[Done | None] = asyncio.get_running_loop().create_future()
        process = self.child.process
        if process is None or process.stdin is None or not self._is_heard:
            answer.set_result(None)
            return answer
        self._open[self._number] = (message, answer)
        process.stdin.write(line_of(message))
        return answer

    @property
    def behind(self) -> int:
        """How many asks it has not answered."""
        return len(self._open)

    @property
    def _is_heard(self) -> bool:
        """Whether somebody will still read its answers."""
        return self._reading is not None and not self._reading.done()

    async def picture(self, file: Path) -> Picture | None:
        """Return what its store holds now; None when it died over it."""
        done = await self.ask(lambda number: Report(number, str(file)))
        return _pictures.decode(file.read_bytes()) if done is not None else None

    def tell_events(self) -> None:
        """Let the engine tell what the desk has not stored."""
        if self.child.process is None or self.told < 0:
            return
        for event in self.events[self.told :]:
            self.ask(lambda number, event=event: Event(number, self.ledger, event))  # type: ignore[misc]
        self.told = len(self.events)

    async def _read(self) -> None:
        process = self.child.process
        assert process is not None and process.stdout is not None
        self.told = -1  # nothing is told before it says how far it is
        while raw := await process.stdout.readline():
            if not raw.endswith(b"\n"):
                break  # killed in the middle of a word
            self.take(_answers.decode(raw))
        for _, answer in self._open.values():
            if not answer.done():
                answer.set_result(None)
        self._open.clear()

    def take(self, done: Done) -> None:
        """Note one answer; the first of a life says which events its store holds.

        One that it stored and was killed over before it could say so is among them.
        """
        if done.number == 0:
            self.told = done.last_event
            self.stored_events |= set(range(1, done.last_event + 1))
            return
        ask, answer = self._open.pop(done.number)
        if not done.code:
            self._note(ask, done)
        elif isinstance(ask, Event):
            self.told = min(self.told, ask.event.number - 1)  # the engine tells it again
        if not answer.done():
            answer.set_result(done)

    def _note(self, ask: Ask, done: Done) -> None:
        if isinstance(ask, Do):
            self.accepted[done.command_id] = ask.command
        elif isinstance(ask, Event):
            self.stored_events.add(ask.event.number)
        elif isinstance(ask, BackUp):
            stored = frozenset(self.stored_events)
            self.saved = Saved(Path(ask.file), frozenset(self.accepted), stored)

    async def _reader_ended(self) -> None:
        reading, self._reading = self._reading, None
        if reading is not None:
            await reading
