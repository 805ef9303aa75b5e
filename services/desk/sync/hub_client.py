"""Keeps the desk in step with central for as long as it runs: pull, push, wake up, reconnect."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from models.errors import ExpectedFailure
from models.status import LinkState
from models.wire.hub import SignedIn, SignIn, WakeUp
from services.desk.board.board import DeskBoard
from services.desk.board.changes import DeskChanges
from services.desk.storage.outbox_rows import count_waiting
from services.desk.storage.person import keep_person
from services.desk.storage.store import LocalStore
from services.desk.storage.synced.snapshot import forget_streams
from services.desk.sync import words
from services.desk.sync.line import HubLine, open_line
from services.desk.sync.outbox import Outbox
from services.desk.sync.streams import StreamKeeper
from services.desk.sync.trust import Trust
from services.desk.sync.uploads import Uploader
from services.desk.sync.wakings import Wakings

PERIOD_S = 30.0
_THROTTLED_S = 60.0
_FINAL = frozenset({"SIGN_IN_REFUSED", "WIRE_VERSION", "HUB_ADDRESS"})


_log = logging.getLogger(__name__)


class Backoff(Protocol):
    """How long to wait between two attempts; services.link.backoff.Backoff is one."""

    def reset(self) -> None:
        """The last attempt worked."""
        ...

    def next_s(self) -> float:
        """Seconds to wait now."""
        ...


@dataclass(frozen=True, slots=True)
class SignInFacts:
    """Where and as whom to sign in, and whom to believe there; ``desk`` names this desk and
    the store's birth.

    ``find_urls`` is asked before each attempt where hubs may come back at other addresses; none =
    not known just now.
    """

    urls: tuple[str, ...]
    staff_id: str
    passphrase: str
    desk: str
    find_urls: Callable[[], tuple[str, ...]] | None = None
    trust: Trust = Trust()

    def address(self, attempt: int = 0) -> str:
        """Return where to connect now: one hub after the other; ExpectedFailure HUB_UNKNOWN."""
        urls = self.find_urls() if self.find_urls else self.urls
        if not urls:
            raise ExpectedFailure("总部接入服务尚未启动", "启动后自动连接", "HUB_UNKNOWN")
        return urls[attempt % len(urls)]

    def ask(self) -> SignIn:
        """Return the first message."""
        return SignIn(self.staff_id, self.passphrase, self.desk)


class HubClient:
    """Speaks to one hub at a time, to the next one when that fails; ``run`` until cancelled.

    The desk works on whether or not a hub is there.
    """

    def __init__(
        self,
        *,
        facts: SignInFacts,
        store: LocalStore,
        outbox: Outbox,
        changes: DeskChanges,
        board: DeskBoard,
        backoff: Backoff,
        period_s: float = PERIOD_S,
    ) -> None:
        self._facts = facts
        self._store = store
        self._changes = changes
        self._board = board
        self._backoff = backoff
        self._period_s = period_s
        self._bell = outbox.bell
        self._wakings = Wakings()
        self._last_reason = ""
        self._attempt = 0
        self._again = asyncio.Event()
        self._streams = StreamKeeper(store, changes, self._tell_progress)
        self._uploads = Uploader(store, board)
        self.person: SignedIn | None = None

    async def run(self) -> None:
        """Keep the line up until cancelled."""
        while True:
            self._board.set_central(LinkState.CONNECTING, words.connecting(self._last_reason))
            try:
                self._board.set_outbox(await self._store.read(count_waiting))
                await self._one_line()
            except ExpectedFailure as failure:
                await self._rest(failure)

    def sign_in_again(self, passphrase: str) -> None:
        """Try anew with another passphrase after the hub refused the first."""
        self._facts = replace(self._facts, passphrase=passphrase)
        self._again.set()

    async def _one_line(self) -> None:
        address = self._facts.address(self._attempt)
        self._attempt += 1  # should this line fail, the next hub is asked
        async with open_line(address, self._facts.trust, self._ring) as line:
            person = await line.sign_in(self._facts.ask())
            await self._begin(person)
            while line.lost is None:
                await self._come_into_step(line, person)
                await self._wait_for_news(person)
            raise line.lost

    async def _begin(self, person: SignedIn) -> None:
        self._backoff.reset()
        self.person = person
        granted = frozenset(person.streams)
        await self._store.write(lambda connection: keep_person(connection, person))
        await self._changes.announce(
            await self._store.write(lambda connection: forget_streams(connection, granted))
        )
        await self._uploads.try_held_again()
        self._wakings.ask_for(person.streams)

    async def _come_into_step(self, line: HubLine, person: SignedIn) -> None:
        self._bell.clear()
        for stream, news in sorted(self._wakings.take().items()):
            if stream in person.streams:
                await self._streams.catch_up(line, stream, news)
        await self._uploads.push(line)
        self._last_reason = ""
        self._board.set_central(
            LinkState.CONNECTED, words.in_step(person, self._uploads.held_count)
        )

    async def _wait_for_news(self, person: SignedIn) -> None:
        try:
            async with asyncio.timeout(self._period_s):
                await self._bell.wait()
        except TimeoutError:
            self._wakings.ask_for(person.streams)  # safety net: a wake-up may have been lost

    def _ring(self, said: WakeUp) -> None:
        self._wakings.hear(said)
        self._bell.set()

    async def _rest(self, failure: ExpectedFailure) -> None:
        self._last_reason = failure.title
        if failure.code in _FINAL:
            self._board.set_central(LinkState.DOWN, words.refused(failure.title))
            self._again.clear()
            await self._again.wait()
            return
        pause_s = _THROTTLED_S if failure.code == "SIGN_IN_THROTTLED" else self._backoff.next_s()
        self._board.set_central(LinkState.DOWN, words.waiting(failure.title, pause_s))
        await self._pause(pause_s)

    async def _pause(self, pause_s: float) -> None:
        self._again.clear()
        try:
            async with asyncio.timeout(pause_s):
                await self._again.wait()
        except TimeoutError:
            return

    def _tell_progress(self, text: str) -> None:
        self._board.set_central(LinkState.CONNECTING, text)


async def sign_in_once(facts: SignInFacts) -> SignedIn:
    """Ask the hub who this is, for a desk that has no store yet.

    Raises ExpectedFailure SIGN_IN_REFUSED, SIGN_IN_THROTTLED, WIRE_VERSION or HUB_….
    """
    last = max(len(facts.find_urls() if facts.find_urls else facts.urls) - 1, 0)
    for attempt in range(last):
        try:
            return await _sign_in_at(facts, attempt)
        except ExpectedFailure as failure:
            if failure.code in _FINAL:
                raise
            _log.info("hub %d did not answer: %s", attempt, failure.code)
    return await _sign_in_at(facts, last)


async def _sign_in_at(facts: SignInFacts, attempt: int) -> SignedIn:
    async with open_line(facts.address(attempt), facts.trust, _nobody_listens) as line:
        return await line.sign_in(facts.ask())


def _nobody_listens(said: WakeUp) -> None:
    """Wake-ups before there is a store."""
