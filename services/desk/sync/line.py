"""One websocket to the hub: questions and their answers in order, wake-ups beside them."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, ConnectionClosedOK

from models.errors import ExpectedFailure
from models.wire.codec import decode_by, encode
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
    SignedIn,
    SignIn,
    SnapshotPart,
    TakeExport,
    Unmask,
    Unmasked,
    WakeUp,
)
from models.wire.packing import unpack
from models.wire.service.teams.screen import Screen
from services.desk.sync.line_faults import line_faults
from services.desk.sync.trust import Trust

T = TypeVar("T", bound=HubMessage)
_Answers: TypeAlias = asyncio.Queue[HubMessage | ExpectedFailure]

_messages: msgspec.msgpack.Decoder[HubMessage] = msgspec.msgpack.Decoder(HubMessage)

OPEN_S = 5.0
ANSWER_S = 30.0
LARGEST_BYTES = 64 * 1024 * 1024
_WAITING_ANSWERS = 4  # a slow disk holds the hub back instead of filling the memory


@dataclass(frozen=True, slots=True)
class Look:
    """Which personal field of whom is to be seen in clear, and why."""

    branch_id: str
    client_id: str
    field: str  # models.rules.access.fields.Field
    reason: str


@dataclass(frozen=True, slots=True)
class Begun:
    """A copy of an export of which ``done`` bytes are here."""

    export_id: str
    done: int


class HubLine:
    """A signed-in or not yet signed-in line; answers find their questions by number."""

    def __init__(
        self, socket: ClientConnection, woken: Callable[[WakeUp], None], largest_bytes: int
    ) -> None:
        self._socket = socket
        self._woken = woken
        self._largest_bytes = largest_bytes
        self._asked: dict[int, _Answers] = {}
        self._numbers = itertools.count(1)
        self._last_push = 0  # the newest one whose answer is still to come
        self.lost: ExpectedFailure | None = None

    async def read(self) -> None:
        """Take what comes until the line ends; wake-ups are passed on at once."""
        try:
            with line_faults():
                async for raw in self._socket:
                    packed = raw if isinstance(raw, bytes) else raw.encode()
                    await self._take(decode_by(unpack(packed, self._largest_bytes), _messages))
                raise _ended()
        except ExpectedFailure as failure:
            self.lost = failure
            self._woken(WakeUp(""))
            for answers in tuple(self._asked.values()):
                await answers.put(failure)

    async def sign_in(self, ask: SignIn) -> SignedIn:
        """Return who we are; ExpectedFailure with the hub's code when it refuses."""
        return await self._ask(0, ask, SignedIn)

    async def pull(self, stream: str, after: int, limit: int) -> Changes:
        """Return the changes of a stream after a number."""
        number = next(self._numbers)
        return await self._ask(number, Pull(number, stream, after, limit), Changes)

    async def push(self, commands: tuple[msgspec.Raw, ...]) -> Pushed:
        """Return which of them are safe in central's inbox.

        A push that begins before the last one was answered fails where that one fails.
        """
        number, before = next(self._numbers), self._last_push
        self._last_push = number
        try:
            return await self._ask(number, Push(number, commands, before), Pushed)
        finally:
            if self._last_push == number:
                self._last_push = 0

    async def snapshot(self, stream: str) -> AsyncIterator[SnapshotPart]:
        """Yield all rows of a stream, in parts; the last one says ``finished``."""
        number = next(self._numbers)
        with self._asking(number) as answers:
            await self._send(Resync(number, stream))
            part = await _answer(answers, SnapshotPart)
            yield part
            while not part.finished:
                part = await _answer(answers, SnapshotPart)
                yield part

    async def export(
        self, approval_id: str, name: str, part_bytes: int, begun: Begun | None = None
    ) -> AsyncIterator[ExportPart]:
        """Yield a copy of an approved export, made now, in its parts to the last byte.

        Of one that was begun on an earlier line, the rest; Denied EXPORT_GONE where it is no more.
        """
        number, known = next(self._numbers), begun or Begun("", 0)
        ask = Export(number, approval_id, name, part_bytes, known.export_id, known.done)
        with self._asking(number) as answers:
            await self._send(ask)
            part = await _answer(answers, ExportPart)
            yield part
            while part.done + len(part.raw) < part.size:
                part = await _answer(answers, ExportPart)
                yield part

    async def take_export(self, export_id: str, file_hash: str) -> None:
        """Tell central that all of a copy is here; returns when its audit trail says so."""
        number = next(self._numbers)
        await self._ask(number, TakeExport(number, export_id, file_hash), ExportTaken)

    async def unmask(self, look: Look) -> str:
        """Return a personal field in clear; central has written the reason down before it."""
        number = next(self._numbers)
        told = (look.branch_id, look.client_id, look.field, look.reason)
        return (await self._ask(number, Unmask(number, *told), Unmasked)).value

    async def screen_pop(self, call_id: str) -> Screen:
        """Return what this agent sees of the call in his hand."""
        number = next(self._numbers)
        return (await self._ask(number, ScreenPop(number, call_id), ScreenPopped)).screen

    async def _take(self, message: HubMessage) -> None:
        if isinstance(message, WakeUp):
            self._woken(message)
            return
        number = 0 if isinstance(message, SignedIn) else message.request
        answers = self._asked.get(number)
        if answers is not None:  # else whoever asked has given up
            await answers.put(message)

    async def _ask(self, number: int, request: HubRequest, kind: type[T]) -> T:
        with self._asking(number) as answers:
            await self._send(request)
            return await _answer(answers, kind)

    async def _send(self, request: HubRequest) -> None:
        with line_faults():
            async with asyncio.timeout(ANSWER_S):
                await self._socket.send(encode(request))

    @contextmanager
    def _asking(self, number: int) -> Iterator[_Answers]:
        if self.lost is not None:
            raise self.lost
        answers = self._asked[number] = asyncio.Queue(_WAITING_ANSWERS)
        try:
            yield answers
        finally:
            del self._asked[number]
            while not answers.empty():
                answers.get_nowait()  # lets the reader go on


async def _answer(answers: _Answers, kind: type[T]) -> T:
    with line_faults():
        async with asyncio.timeout(ANSWER_S):
            answer = await answers.get()
    if isinstance(answer, ExpectedFailure):
        raise answer
    if isinstance(answer, Denied):
        raise ExpectedFailure(answer.text, "请按提示处理后重试", answer.code)
    if not isinstance(answer, kind):
        raise ExpectedFailure("总部的应答无法识别", "两端版本可能不同", "WIRE_BAD_MESSAGE")
    return answer


@asynccontextmanager
async def open_line(
    url: str,
    trust: Trust,
    woken: Callable[[WakeUp], None],
    largest_bytes: int = LARGEST_BYTES,
) -> AsyncIterator[HubLine]:
    """Give a line to the hub, being read; ExpectedFailure HUB_… when it cannot be opened.

    Nothing is sent before the hub has proved whom it is. A message of more than ``largest_bytes``,
    unpacked or not, ends the line.
    """
    context = trust.context(url)
    with line_faults():
        socket = await connect(
            url,
            ssl=context,
            open_timeout=OPEN_S,
            close_timeout=1,
            compression=None,
            max_size=largest_bytes,
            proxy=None,
        )
    try:
        _check_shown(socket, trust)
    except ExpectedFailure:
        await socket.close()
        raise
    line = HubLine(socket, woken, largest_bytes)
    reader = asyncio.create_task(line.read(), name="hub line")
    try:
        yield line
    finally:
        reader.cancel()
        await asyncio.wait([reader])
        await socket.close()
    if not reader.cancelled():
        reader.result()


def _check_shown(socket: ClientConnection, trust: Trust) -> None:
    shown = socket.transport.get_extra_info("ssl_object")
    if shown is not None:
        trust.check(shown.getpeercert(binary_form=True))


def _ended() -> ConnectionClosed:
    return ConnectionClosedOK(None, None)
