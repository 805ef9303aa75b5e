"""A small hub over a real socket: numbers changes, keeps commands, can misbehave on request."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from models.wire.codec import decode, encode
from models.wire.commands import Envelope
from models.wire.hub import (
    Denied,
    HubMessage,
    HubRequest,
    Pull,
    Push,
    Pushed,
    Resync,
    SignedIn,
    SignIn,
    SnapshotPart,
    WakeUp,
)
from services.desk.storage.rows import Row
from tests.support.log_lines import Line, page, pruned

PASSPHRASE = "hub secret"


@dataclass(slots=True)
class FakeHub:
    """Streams M001 and *; ``log`` holds what Pull serves, ``rows`` what Resync serves."""

    port: int = 0
    log: defaultdict[str, list[Line]] = field(default_factory=lambda: defaultdict(list))
    rows: defaultdict[str, list[tuple[str, Row]]] = field(default_factory=lambda: defaultdict(list))
    pruned_to: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    inbox: dict[str, Envelope] = field(default_factory=dict)
    pushes: list[int] = field(default_factory=list)
    pulls: list[tuple[str, int]] = field(default_factory=list)
    resyncs: list[str] = field(default_factory=list)
    central_id: str = "central-1"
    forbidden: set[str] = field(default_factory=set)
    drop_pushed: bool = False
    part_rows: int = 2
    cut_at_part: int = 0  # break the line after so many parts, once
    on_snapshot: Callable[[], None] = lambda: None
    lines: set[ServerConnection] = field(default_factory=set)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"ws://127.0.0.1:{self.port}"

    def seed(self, stream: str, *rows: tuple[str, Row]) -> None:
        """Let rows be there from the start, without a change."""
        self.rows[stream] += rows

    def change(self, stream: str, *rows: tuple[str, Row]) -> None:
        """Number changed rows; nobody is woken."""
        for table, row in rows:
            self.log[stream].append(Line(self.last(stream) + 1, table, row))
            self.rows[stream].append((table, row))

    def last(self, stream: str) -> int:
        """Newest number of a stream."""
        return self.pruned_to[stream] + len(self.log[stream])

    def prune(self, stream: str) -> None:
        """Forget the log so far."""
        self.pruned_to[stream] = self.last(stream)
        self.log[stream].clear()

    async def wake(self, stream: str, after: int | None = None) -> None:
        """Send a wake-up to everybody; with the news after a number, where one is given."""
        news = None
        if after is not None:
            lines = self.log[stream][after - self.pruned_to[stream] :]
            news = page(lines, after=after, stream=stream, request=0)
        for line in tuple(self.lines):
            await line.send(encode(WakeUp(stream, news)))

    async def cut(self) -> None:
        """Break every line without a word."""
        for line in tuple(self.lines):
            line.transport.abort()

    async def serve_line(self, socket: ServerConnection) -> None:
        """Serve one desk."""
        try:
            await self._serve(socket)
        except ConnectionClosed:
            self.lines.discard(socket)

    async def _serve(self, socket: ServerConnection) -> None:
        ask = decode(await socket.recv(decode=False), SignIn)
        if ask.passphrase != PASSPHRASE:
            await socket.send(encode(Denied(0, "SIGN_IN_REFUSED", "登录失败。工号或口令不正确")))
            return
        self.lines.add(socket)
        await socket.send(encode(self._welcome(ask)))
        async for raw in socket:
            assert isinstance(raw, bytes)
            request: HubRequest = decode(raw, HubRequest)  # type: ignore[arg-type]
            for answer in self._answers(request):
                await socket.send(encode(answer))
                if isinstance(answer, SnapshotPart) and 0 < answer.done_rows == self.cut_at_part:
                    self.cut_at_part = 0
                    socket.transport.abort()
                    return
            if isinstance(request, Push) and self.drop_pushed:
                socket.transport.abort()

    def _welcome(self, ask: SignIn) -> SignedIn:
        return SignedIn(
            "B1", ask.staff_id, "李晓梅", "manager", ("M001", "*"), "postgresql", "18.4",
            self.central_id,
        )  # fmt: skip

    def _answers(self, request: HubRequest) -> list[HubMessage]:
        match request:
            case Push():
                return [self._push(request)]
            case Pull():
                return [self._pull(request)]
            case Resync():
                return self._resync(request)
        raise AssertionError(request)

    def _push(self, ask: Push) -> HubMessage:
        commands = [decode(raw, Envelope) for raw in ask.commands]
        allowed = [command for command in commands if command.key not in self.forbidden]
        refused = [command for command in commands if command.key in self.forbidden]
        self.pushes.append(len(commands))
        for command in allowed:
            self.inbox.setdefault(command.command_id, command)
        if self.drop_pushed:
            return WakeUp("M001")
        return Pushed(
            ask.request,
            tuple(command.command_id for command in allowed),
            tuple(command.command_id for command in refused),
        )

    def _pull(self, ask: Pull) -> HubMessage:
        self.pulls.append((ask.stream, ask.after))
        pruned_to, last = self.pruned_to[ask.stream], self.last(ask.stream)
        if not pruned_to <= ask.after <= last:
            return pruned(after=ask.after, last=last, stream=ask.stream, request=ask.request)
        lines = self.log[ask.stream][ask.after - pruned_to :][: ask.limit]
        return page(lines, after=ask.after, stream=ask.stream, last=last, request=ask.request)

    def _resync(self, ask: Resync) -> list[HubMessage]:
        self.resyncs.append(ask.stream)
        self.on_snapshot()
        newest = {(table, _key(row)): (table, row) for table, row in self.rows[ask.stream]}
        rows, cursor = list(newest.values()), self.last(ask.stream)
        parts: list[HubMessage] = [
            SnapshotPart(
                ask.request, ask.stream, table, (row,), done, len(rows), cursor, done == len(rows)
            )
            for done, (table, row) in enumerate(rows, 1)
        ]
        return parts or [SnapshotPart(ask.request, ask.stream, "", (), 0, 0, cursor, True)]


def _key(row: Row) -> str:
    names = ("client_id", "account", "symbol", "contact_id", "command_id", "task_id", "event_id")
    return "/".join(str(row.get(name, "")) for name in names)


@asynccontextmanager
async def run_hub(hub: FakeHub) -> AsyncIterator[Server]:
    """Listen until the end; again on the same port when it had one."""
    server = await serve(hub.serve_line, "127.0.0.1", hub.port)
    hub.port = next(iter(server.sockets)).getsockname()[1]
    try:
        yield server
    finally:
        server.close()
        await asyncio.wait_for(server.wait_closed(), 10)
