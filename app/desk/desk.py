"""The desk from start to end: store, backends, services, window."""

import asyncio
import secrets
import socket
from contextlib import AsyncExitStack

from PySide6.QtWidgets import QApplication

from app.desk.backends import Backends, Progress
from app.desk.entrance import DEMO_PASSPHRASE, Entrance, Entry, hub_trust
from app.desk.local import LocalServices, open_local_services
from app.desk.lock import DeskLock
from app.desk.window import DeskWindow
from app.frame.crash import CrashReporter
from app.frame.memory import settle_memory
from app.frame.places import Places
from app.frame.settings import Settings
from models.errors import ExpectedFailure
from models.trading.order import FINAL_STATES
from models.wire.hub import SignedIn
from services.desk.storage.person import keep_person, read_person
from services.desk.storage.rows import read_setting, write_setting
from services.desk.storage.store import LocalStore
from services.desk.sync.hub_client import SignInFacts, sign_in_once
from ui.ports import PRACTICE_MARK
from ui.shell.entry.start_window import StartWindow
from ui.theme.theme import Theme

_TOKEN = "engine_token"


class Desk:
    """One run of the desk. ``open`` then wait for ``closed``, then ``close``."""

    def __init__(self, *, places: Places, settings: Settings, reporter: CrashReporter) -> None:
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        self._places = places
        self._settings = settings
        self._reporter = reporter
        self.closed = asyncio.Event()
        self.theme = Theme(application, settings.screen.theme, settings.screen.rise)
        self._mark = PRACTICE_MARK if places.is_practice else ""
        self.start_window = StartWindow(self._mark)
        self._store: LocalStore | None = None
        self.backends: Backends | None = None
        self.local: LocalServices | None = None
        self.window: DeskWindow | None = None
        self.lock: DeskLock | None = None
        self.keeps_running = False

    async def open(self) -> bool:
        """Bring everything up and show the window; False when the person gave up before.

        Raises ExpectedFailure for what makes any work impossible (a damaged or locked store …).
        """
        self.start_window.closed.connect(self.closed.set)
        if self._settings.sign_in.automatic:
            self.start_window.show()
        entry = await Entrance(self._places, self._settings, self._sets_aside).enter()
        if entry is None:
            return False
        self._store = store = entry.store
        self.start_window.show()
        backends = Backends(self._places, self._settings, await _token(store), self._progress)
        self.backends = backends
        await backends.start()
        backends.watch(self._reporter.report)
        if self.closed.is_set():
            return False
        if backends.failures and not await self._goes_on(backends.failures):
            return False
        await self._open_window(entry, backends)
        return True

    async def close(self) -> None:
        """End everything in the order opposite to its start, whatever fails on the way."""
        async with AsyncExitStack() as ending:
            if self._store is not None:
                ending.push_async_callback(self._store.close)
            if self.backends is not None:
                if not self.keeps_running:
                    ending.push_async_callback(self.backends.stop)
                ending.push_async_callback(self.backends.leave)
            if self.local is not None:
                ending.push_async_callback(self.local.close)
            if self.window is not None:
                ending.push_async_callback(self.window.close)
            if self.lock is not None:
                ending.push_async_callback(self.lock.close)
            ending.callback(self.start_window.close)

    async def leave(self) -> None:
        """End as the system asks: nobody can be asked, so working orders keep all else running."""
        if self.local is not None:
            orders = await self.local.ports.orders.orders()
            self.keeps_running = any(order.state not in FINAL_STATES for order in orders)
        self.closed.set()

    async def _open_window(self, entry: Entry, backends: Backends) -> None:
        store = entry.store
        facts = SignInFacts(
            urls=backends.hub_urls(),
            staff_id=entry.staff_id,
            passphrase=entry.passphrase,
            desk=f"{socket.gethostname()}:{store.birth}",
            find_urls=backends.hub_urls,
            trust=hub_trust(self._places, self._settings.hub),
        )
        person = await self._person(store, facts)
        self.local = await open_local_services(
            store, backends, facts, person, self._notice, self._reporter.report
        )
        self.window = DeskWindow(self.theme, self.local, self._places, self._reporter)
        self.window.left.connect(self._leave)
        self._add_lock(entry, self.window)
        self.window.show(self._notes())
        self.start_window.closed.disconnect(self.closed.set)
        self.start_window.close()
        settle_memory()

    def _add_lock(self, entry: Entry, window: DeskWindow) -> None:
        chosen = self._settings.sign_in
        note = f"演示口令:{DEMO_PASSPHRASE}" if chosen.automatic else ""
        self.lock = DeskLock(entry.staff_id, entry.vault, chosen, note, self._crashed, self._mark)
        self.lock.add_action(window.main.actions_table)
        self.lock.left.connect(lambda: window.tasks.start(self.leave(), name="leave"))

    def _crashed(self, bug: BaseException) -> None:
        self._reporter.report(bug)

    async def _person(self, store: LocalStore, facts: SignInFacts) -> SignedIn:
        """Who works here: as the hub says now, else as it said the last time."""
        try:
            person = await sign_in_once(facts)
        except ExpectedFailure as failure:
            known = await store.read(read_person)
            if known is None or failure.code == "SIGN_IN_REFUSED":
                raise
            return known
        await store.write(lambda connection: keep_person(connection, person))
        return person

    async def _goes_on(self, failures: list[ExpectedFailure]) -> bool:
        lines = [f"{one.title}。{one.advice}({one.code})" for one in failures]
        return await self._agrees("\n".join(lines))

    async def _sets_aside(self, failure: ExpectedFailure) -> bool:
        """Whether a store that cannot be opened is moved aside and fetched anew."""
        self.start_window.show()
        text = f"{failure.title}。{failure.advice}({failure.code})"
        return await self._agrees(text, "移走并重新同步")

    async def _agrees(self, text: str, go_on: str = "") -> bool:
        """Whether the person presses the button rather than close the window."""
        self.start_window.show_failure(text, go_on)
        wanted = asyncio.Event()
        self.start_window.go_on.connect(wanted.set)
        waits = [asyncio.create_task(event.wait()) for event in (wanted, self.closed)]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        self.start_window.go_on.disconnect(wanted.set)
        self.start_window.show_done()
        return wanted.is_set()

    def _leave(self, keeps_running: bool) -> None:
        self.keeps_running = keeps_running
        self.closed.set()

    def _notice(self, failure: ExpectedFailure) -> None:
        if self.window is not None:
            self.window.main.notices.tell_failure(failure)

    def _notes(self) -> list[ExpectedFailure]:
        return self.backends.failures if self.backends is not None else []

    def _progress(self, progress: Progress) -> None:
        if self.window is not None:
            self.window.tell_progress(progress)
            return
        self.start_window.show_step(
            progress.step, progress.text, progress.done, progress.all, failed=progress.failed
        )


async def _token(store: LocalStore) -> str:
    """The engine's launch token: kept in the encrypted store, so that the next desk finds it."""
    kept = await store.read(lambda connection: read_setting(connection, _TOKEN))
    if kept:
        return kept
    token = secrets.token_urlsafe(32)
    await store.write(lambda connection: write_setting(connection, _TOKEN, token))
    return token
