"""One signed-in desk on its websocket: answers its requests in order, passes wake-ups on."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy.ext.asyncio import AsyncEngine
from websockets.asyncio.server import ServerConnection

from models.errors import ExpectedFailure
from models.tables.campaigns import branch_stream
from models.tables.grounds import WHOLE_FIRM
from models.wire.codec import decode, decode_by, encode
from models.wire.commands import Head
from models.wire.hub import (
    Changes,
    Denied,
    Export,
    ExportPart,
    ExportTaken,
    HubMessage,
    HubRequest,
    Pull,
    Push,
    Pushed,
    Resync,
    ScreenPop,
    ScreenPopped,
    SignIn,
    TakeExport,
    Unmask,
    Unmasked,
    WakeUp,
)
from models.wire.packing import pack
from models.wire.service.reasons import words_of
from models.wire.soundness import unstorable
from services.central.connection import central_faults
from services.central.handlers.approvals.queue import queue_of
from services.central.privacy.export import ExportedFile, Taken, make_copy, take_export
from services.central.privacy.screen_pop import screen_pop
from services.central.privacy.unmask import Look, unmask
from services.central.session import acting, for_desk, reading_at_one_moment
from services.central.sync.changes import pull_changes
from services.central.sync.inbox import (
    MOST_NAME,
    CommandKnown,
    Sealed,
    put_commands,
    put_new_commands,
)
from services.central.sync.snapshot import snapshot_parts
from services.clock.clock import Clock
from services.hub.kept_copies import KeptCopies
from services.hub.signin import Identity

_SEND_S = 30.0
_MOST_PART = 8 * 1024 * 1024
_MOST_ROWS = 20_000
_MOST_SEQUENCE = 2**63
_MOST_NEWS = 200  # rows; a desk that has to fetch more asks for them at its own pace

_heads = msgspec.msgpack.Decoder(Head)


@dataclass(frozen=True, slots=True)
class Rooms:
    """What all links of a hub share."""

    engine: AsyncEngine
    clock: Clock
    copies: KeptCopies


class DeskLink:
    """The desk's rights come from its sign-in; nothing it says later widens them."""

    def __init__(self, socket: ServerConnection, identity: Identity, rooms: Rooms) -> None:
        self._socket = socket
        self._identity = identity
        self._engine = rooms.engine
        self._clock = rooms.clock
        self._copies = rooms.copies
        self._woken: set[str] = set()
        self._wake = asyncio.Event()
        self._sent: dict[str, int] = {}  # how far the desk is where it has had all there was
        self._kept = 0  # the last push, if it is in the inbox

    def wake(self, stream: str) -> None:
        """Note that ``stream`` changed ("" = any may have); many notes become one message."""
        streams = self._identity.welcome.streams
        self._woken.update(streams if not stream else {stream} & set(streams))
        if self._woken:
            self._wake.set()

    async def send_wake_ups(self) -> None:
        """Pass wake-ups on, for ever; a slow desk holds up nobody else."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            woken, self._woken = sorted(self._woken), set()
            for stream in woken:
                await self.send(WakeUp(stream, await self._news(stream)))

    async def answer_requests(self) -> None:
        """Answer one request after the other until the desk leaves, opening the next meanwhile."""
        answering: asyncio.Task[None] | None = None
        try:
            async for raw in self._socket:
                asked = _open(raw if isinstance(raw, bytes) else raw.encode())
                if answering is not None:
                    await answering
                if isinstance(asked, Denied):
                    await self.send(asked)
                    return
                answering = asyncio.create_task(self._answer(asked))
            if answering is not None:
                await answering
        finally:
            if answering is not None:
                answering.cancel()
                await asyncio.wait([answering])

    async def send(self, message: HubMessage) -> None:
        """Send one message; a desk that does not read for 30 s is given up."""
        async with asyncio.timeout(_SEND_S):
            await self._socket.send(pack(encode(message)))

    async def _answer(self, asked: "_Asked") -> None:
        if asked.refused is not None:
            await self.send(asked.refused)
            return
        try:
            with central_faults():
                async for message in self._messages(asked):
                    await self.send(message)
        except ExpectedFailure as failure:
            await self.send(_denied(asked.request, failure))

    def _messages(self, asked: "_Asked") -> AsyncIterator[HubMessage]:
        match request := asked.request:
            case Push():
                return self._push(request, asked.commands)
            case Pull():
                return self._pull(request)
            case Resync():
                return self._resync(request)
            case Unmask():
                return self._unmask(request)
            case ScreenPop():
                return self._screen_pop(request)
            case Export():
                return self._export(request)
            case TakeExport():
                return self._take_export(request)
            case SignIn():
                raise ExpectedFailure("已经登录", "一个连接只登录一次", "SIGNED_IN_ALREADY")

    async def _push(self, ask: Push, commands: Sequence[Sealed]) -> AsyncIterator[HubMessage]:
        if ask.follows not in (0, self._kept):
            raise ExpectedFailure("前一批操作未收下", "将按原顺序重新上传", "PUSH_BEFORE_FAILED")
        self._kept = 0
        allowed = [one for one in commands if self._may_push(one.head)]
        await self._keep(allowed)
        self._kept = ask.request
        safe = tuple(one.head.command_id for one in allowed)
        yield Pushed(ask.request, safe, _others(commands, allowed))

    async def _keep(self, commands: Sequence[Sealed]) -> None:
        now, actor = self._clock.now(), self._identity.actor
        try:
            async with acting(self._engine, actor) as connection:
                await put_new_commands(connection, commands, now)
        except CommandKnown:  # pushed again: the answer to the first time was lost
            async with acting(self._engine, actor) as connection:
                await put_commands(connection, commands, now)

    @property
    def _down_only(self) -> tuple[str, ...]:
        """Streams that nobody's commands go up on: the firm's, the branch's, the person's queue."""
        welcome = self._identity.welcome
        return (WHOLE_FIRM, branch_stream(welcome.branch_id), queue_of(welcome.staff_id))

    def _may_push(self, head: Head) -> bool:
        welcome, names = self._identity.welcome, (head.command_id, head.key, head.desk)
        return (
            (head.branch_id, head.author) == (welcome.branch_id, welcome.staff_id)
            and head.manager_id in welcome.streams
            and head.manager_id not in self._down_only
            and bool(head.command_id)
            and max(map(len, names)) <= MOST_NAME
            and all(map(str.isprintable, names))
            and head.sequence < _MOST_SEQUENCE
        )

    async def _pull(self, ask: Pull) -> AsyncIterator[HubMessage]:
        self._require(ask.stream)
        if not 0 < ask.limit <= _MOST_ROWS:
            raise ExpectedFailure("取回行数不合理", f"应在 1 到 {_MOST_ROWS} 之间", "BAD_LIMIT")
        changes = await self._read_changes(ask)
        self._remember_sent(changes)
        yield changes

    async def _news(self, stream: str) -> Changes | None:
        """Return what a desk that is in step does not have yet; None = it has to ask."""
        after = self._sent.pop(stream, None)
        if after is None:
            return None
        try:
            with central_faults():
                changes = await self._read_changes(Pull(0, stream, after, _MOST_NEWS))
        except ExpectedFailure:  # the desk will be told when it asks
            return None
        self._remember_sent(changes)
        return changes if stream in self._sent else None

    async def _read_changes(self, ask: Pull) -> Changes:
        async with acting(self._engine, for_desk(self._identity.actor)) as connection:
            return await pull_changes(connection, self._identity.welcome.branch_id, ask)

    def _remember_sent(self, changes: Changes) -> None:
        self._sent.pop(changes.stream, None)
        if not changes.pruned and changes.until == changes.last:
            self._sent[changes.stream] = changes.until

    async def _resync(self, ask: Resync) -> AsyncIterator[HubMessage]:
        self._require(ask.stream)
        branch_id = self._identity.welcome.branch_id
        async with reading_at_one_moment(
            self._engine, for_desk(self._identity.actor)
        ) as connection:
            async for part in snapshot_parts(connection, branch_id, ask):
                yield part

    async def _unmask(self, ask: Unmask) -> AsyncIterator[HubMessage]:
        look = Look(ask.branch_id, ask.client_id, ask.field, ask.reason)
        value = await unmask(self._engine, self._identity.actor, look, self._clock.now())
        yield Unmasked(ask.request, value)

    async def _screen_pop(self, ask: ScreenPop) -> AsyncIterator[HubMessage]:
        now = self._clock.now()
        shown = await screen_pop(self._engine, self._identity.actor, ask.call_id, now)
        yield ScreenPopped(ask.request, shown)

    async def _export(self, ask: Export) -> AsyncIterator[HubMessage]:
        if not 0 < ask.part_bytes <= _MOST_PART or ask.after < 0:
            raise ExpectedFailure("分段大小不合理", f"应在 1 到 {_MOST_PART} 之间", "BAD_LIMIT")
        actor, export_id = self._identity.actor, ask.export_id
        if not export_id:
            made = await make_copy(
                self._engine, actor, ask.approval_id, ask.name, self._clock.now()
            )
            self._copies.keep(actor, ask.approval_id, made)
            export_id = made.export_id
        with self._copies.reading(actor, ask.approval_id, export_id) as copy:
            for part in _parts(ask, copy):
                yield part

    async def _take_export(self, ask: TakeExport) -> AsyncIterator[HubMessage]:
        actor, now = self._identity.actor, self._clock.now()
        await take_export(self._engine, actor, Taken(ask.export_id, ask.file_hash, now))
        self._copies.forget(actor, ask.export_id)
        yield ExportTaken(ask.request)

    def _require(self, stream: str) -> None:
        if stream not in self._identity.welcome.streams:
            raise ExpectedFailure("无权查看该数据", f"变更流 {stream} 不对登录人开放", "FORBIDDEN")


def _parts(ask: Export, copy: ExportedFile) -> Iterator[ExportPart]:
    facts, done = (copy.export_id, copy.mark, copy.rows, copy.file_hash), ask.after
    for part in copy.parts(ask.part_bytes, ask.after):
        yield ExportPart(ask.request, *facts, copy.size, done, part)
        done += len(part)


def _others(commands: Sequence[Sealed], allowed: Sequence[Sealed]) -> tuple[str, ...]:
    if len(commands) == len(allowed):
        return ()
    safe = {one.head.command_id for one in allowed}
    return tuple(one.head.command_id for one in commands if one.head.command_id not in safe)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request, the commands of a push opened; ``refused``: it is not looked at."""

    request: HubRequest
    commands: Sequence[Sealed] = ()
    refused: Denied | None = None


def _open(raw: bytes) -> _Asked | Denied:
    """Return what was asked; Denied where nobody can say what that was."""
    try:
        request = _read(raw)
    except ExpectedFailure as failure:
        return Denied(0, failure.code, failure.advice)
    if told := unstorable(request):
        return _Asked(request, refused=Denied(_number(request), told, words_of(told)))
    try:
        return _Asked(request, _sealed(request) if isinstance(request, Push) else ())
    except ExpectedFailure as failure:
        return _Asked(request, refused=_denied(request, failure))


def _sealed(ask: Push) -> Sequence[Sealed]:
    return [Sealed(decode_by(raw, _heads), bytes(raw)) for raw in ask.commands]


def _denied(request: HubRequest, failure: ExpectedFailure) -> Denied:
    return Denied(_number(request), failure.code, f"{failure.title}。{failure.advice}")


def _number(request: HubRequest) -> int:
    return 0 if isinstance(request, SignIn) else request.request


def _read(raw: bytes) -> HubRequest:
    return decode(raw, HubRequest)  # type: ignore[arg-type]  # a union: mypy has no type for it
