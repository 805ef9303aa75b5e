"""Who waits for what the engine will say; nobody waits for ever."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from models.errors import ExpectedFailure
from models.wire.ledger import LedgerEvent

Wanted = Callable[[LedgerEvent], bool]


@dataclass(eq=False, slots=True)
class _Wait:
    wanted: Wanted
    answer: asyncio.Future[LedgerEvent]
    is_old: bool = False


class Answer:
    """The first event that fits; ``get`` waits for it."""

    def __init__(self, wait: _Wait) -> None:
        self._wait = wait

    async def get(self, deadline_s: float) -> LedgerEvent:
        """Return the event. Raises TimeoutError, or ExpectedFailure NOT_RECEIVED when the engine
        answered again after a break and evidently never got the request."""
        async with asyncio.timeout(deadline_s):
            return await self._wait.answer


class Answers:
    """Matches events with those who wait."""

    def __init__(self) -> None:
        self._waits: list[_Wait] = []

    @asynccontextmanager
    async def expect(self, wanted: Wanted) -> AsyncIterator[Answer]:
        """Expect an event from now on; send the request inside, then ``get`` the answer."""
        future: asyncio.Future[LedgerEvent] = asyncio.get_running_loop().create_future()
        wait = _Wait(wanted, future)
        self._waits.append(wait)
        try:
            yield Answer(wait)
        finally:
            self._waits.remove(wait)
            future.cancel()

    def take(self, event: LedgerEvent) -> bool:
        """Give the event to all who wait for it; tell whether anybody did."""
        fitting = [wait for wait in self._waits if not wait.answer.done() and wait.wanted(event)]
        for wait in fitting:
            wait.answer.set_result(event)
        return bool(fitting)

    def line_is_new(self) -> None:
        """What is awaited now was asked on a line that broke."""
        for wait in self._waits:
            wait.is_old = True

    def all_is_told(self) -> None:
        """Everything that the engine stored has come: what is still awaited it never got."""
        for wait in self._waits:
            if wait.is_old and not wait.answer.done():
                wait.answer.set_exception(
                    ExpectedFailure(
                        "引擎没有收到这个请求",
                        "连接曾经中断;引擎的记录里没有它,可以重新提交",
                        "NOT_RECEIVED",
                    )
                )
