"""One websocket to the hub: questions and their answers in order, wake-ups beside them."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, ConnectionClosedOK

from models.errors import ExpectedFailure
from models.wire.codec import decode_by, encode
from models.wire.hub import (
    Changes,
    Denied,
    Export,
    ExportedCopy,
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
from services.desk.sync.line_faults import line_faults
from services.desk.sync.trust import Trust

T = TypeVar("T", bound=HubMessage)

_messages: msgspec.msgpack.Decoder[HubMessage] = msgspec.msgpack.Decoder(HubMessage)

OPEN_S = 5.0
ANSWER_S = 30.0
_LARGEST_BYTES = 64 * 1024 * 1024
_WAITING_ANSWERS = 4  # a slow disk holds the hub back instead of filling the memory


class HubLine:
    """A signed-in or not yet signed-in line; one question at a time."""

    def __init__(self, socket: ClientConnection, woken: Callable[[str], None]) -> None:
        self._socket = socket
        self._woken = woken
        self._answers: asyncio.Queue[HubMessage | ExpectedFailure] = asyncio.Queue(_WAITING_ANSWERS)
        self._numbers = itertools.count(1)
        self.lost: ExpectedFailure | None = None

    async def read(self) -> None:
        """Take what comes until the line ends; wake-ups are passed on at once."""
        try:
            with line_faults():
                async for raw in self._socket:
                    await self._take(
                        decode_by(raw if isinstance(raw, bytes) else raw.encode(), _messages)
                    )
                raise _ended()
        except ExpectedFailure as failure:
            self.lost = failure
            self._woken("")
            await self._answers.put(failure)

    async def sign_in(self, ask: SignIn) -> SignedIn:
        """Return who we are; ExpectedFailure with the hub's code when it refuses."""
        return await self._ask(ask, SignedIn)

    async def pull(self, stream: str, after: int, limit: int) -> Changes:
        """Return the changes of a stream after a number."""
        return await self._ask(Pull(next(self._numbers), stream, after, limit), Changes)

    async def push(self, commands: tuple[msgspec.Raw, ...]) -> tuple[str, ...]:
        """Return the ids that are safe in central's inbox."""
        return (await self._ask(Push(next(self._numbers), commands), Pushed)).command_ids

    async def snapshot(self, stream: str) -> AsyncIterator[SnapshotPart]:
        """Yield all rows of a stream, in parts; the last one says ``finished``."""
        part = await self._ask(Resync(next(self._numbers), stream), SnapshotPart)
        yield part
        while not part.finished:
            part = await self._answer(SnapshotPart)
            yield part

    async def export(self, approval_id: str, name: str) -> ExportedCopy:
        """Return a copy of an approved export, made now."""
        return await self._ask(Export(next(self._numbers), approval_id, name), ExportedCopy)

    async def _take(self, message: HubMessage) -> None:
        if isinstance(message, WakeUp):
            self._woken(message.stream)
            return
        await self._answers.put(message)

    async def _ask(self, request: HubRequest, kind: type[T]) -> T:
        with line_faults():
            async with asyncio.timeout(ANSWER_S):
                await self._socket.send(encode(request))
        return await self._answer(kind)

    async def _answer(self, kind: type[T]) -> T:
        with line_faults():
            async with asyncio.timeout(ANSWER_S):
                answer = await self._answers.get()
        if isinstance(answer, ExpectedFailure):
            raise answer
        if isinstance(answer, Denied):
            raise ExpectedFailure(answer.text, "请按提示处理后重试", answer.code)
        if not isinstance(answer, kind):
            raise ExpectedFailure("总部的应答无法识别", "两端版本可能不同", "WIRE_BAD_MESSAGE")
        return answer


@asynccontextmanager
async def open_line(url: str, trust: Trust, woken: Callable[[str], None]) -> AsyncIterator[HubLine]:
    """Give a line to the hub, being read; ExpectedFailure HUB_… when it cannot be opened.

    Nothing is sent before the hub has proved whom it is.
    """
    context = trust.context(url)
    with line_faults():
        socket = await connect(
            url,
            ssl=context,
            open_timeout=OPEN_S,
            close_timeout=1,
            compression=None,
            max_size=_LARGEST_BYTES,
            proxy=None,
        )
    try:
        _check_shown(socket, trust)
    except ExpectedFailure:
        await socket.close()
        raise
    line = HubLine(socket, woken)
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
