"""Who may use a lane, and how its coroutines end together."""

import asyncio
import hmac
from collections.abc import Coroutine
from typing import Protocol, TypeVar

from msgspec.msgpack import Decoder
from websockets.asyncio.server import ServerConnection

from models.errors import ExpectedFailure
from services.link.lines import OPEN_S, receive

T = TypeVar("T")
H = TypeVar("H")


class Hello(Protocol):
    """A first message with the launch token."""

    @property
    def token(self) -> str:
        """As given to the engine on its standard input."""
        ...


async def first_message(line: ServerConnection, decoder: Decoder[T], hello: type[H]) -> H:
    """Return the desk's hello. Raises ExpectedFailure NO_HELLO."""
    try:
        async with asyncio.timeout(OPEN_S):
            message = await receive(line, decoder)
    except TimeoutError as fault:
        raise ExpectedFailure("没有登录", "连接后应立即登录", "NO_HELLO") from fault
    if not isinstance(message, hello):
        raise ExpectedFailure("没有登录", "第一个报文应为登录", "NO_HELLO")
    return message


def check_token(hello: Hello, token: str) -> None:
    """Raises ExpectedFailure BAD_TOKEN unless the token is ours."""
    if not hmac.compare_digest(hello.token.encode(), token.encode()):
        raise ExpectedFailure("启动口令不对", "请由工作站启动桌面,或重启工作站", "BAD_TOKEN")


async def run_line(*parts: Coroutine[object, object, None]) -> None:
    """Run the parts of one line until the first ends, end the others, raise what ended it."""
    tasks = [asyncio.create_task(part) for part in parts]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()
