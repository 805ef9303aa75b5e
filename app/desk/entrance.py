"""Lets the person in: his passphrase opens the store; a damaged one is set aside on his word."""

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from app.frame.places import Places
from app.frame.settings import HubSettings, Settings
from models.errors import ExpectedFailure
from services.clock.clock import SystemClock
from services.desk.storage.file.place import StorePlace, set_aside
from services.desk.storage.keys.attempts import Attempts
from services.desk.storage.keys.places import KeyPlace
from services.desk.storage.keys.ring import choose_place, system_ring
from services.desk.storage.keys.vault import KeyVault
from services.desk.storage.store import LocalStore, open_store
from services.desk.sync.hub_client import SignInFacts, sign_in_once
from services.desk.sync.trust import Trust
from ui.ports import PRACTICE_MARK
from ui.shell.entry.sign_in_window import SignInWindow

# The demo firm's passphrase, everybody's there.
DEMO_PASSPHRASE = "demo"
_LOST = frozenset({"STORE_DAMAGED", "KEY_FILE_DAMAGED", "KEY_FILE_MISSING"})

AskToSetAside = Callable[[ExpectedFailure], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Door:
    """One person's store on this machine and what opens it."""

    place: StorePlace
    key_place: KeyPlace
    vault: KeyVault


@dataclass(frozen=True, slots=True)
class Entry:
    """Who came in."""

    staff_id: str
    passphrase: str
    store: LocalStore
    vault: KeyVault


def door_of(places: Places, staff_id: str) -> Door:
    """Return a person's door; wrong passphrases are counted by the machine's clock."""
    place = StorePlace(places.store, staff_id)
    key_place = choose_place(place, system_ring())
    attempts = Attempts(place.attempts_file, SystemClock())
    return Door(place, key_place, KeyVault(key_place, attempts))


def hub_trust(places: Places, hub: HubSettings) -> Trust:
    """Return whom the desk believes: as set, else the authority of our own hub."""
    is_own = not (hub.urls or hub.certificate)
    own = places.tls / "ca.pem" if is_own else None
    return Trust(Path(hub.ca) if hub.ca else own, hub.fingerprint, hub.plain)


class Entrance:
    """Signs in: by itself in the demo, else through the window, as often as it takes."""

    def __init__(self, places: Places, settings: Settings, ask: AskToSetAside) -> None:
        self._places = places
        self._settings = settings
        self._ask_to_set_aside = ask

    async def enter(self) -> Entry | None:
        """Return who came in; None when the person closed the window.

        Raises ExpectedFailure for what makes any work impossible (a newer store, a locked ring …).
        """
        if self._settings.sign_in.automatic:
            return await self._open(self._settings.staff_id, DEMO_PASSPHRASE)
        mark = PRACTICE_MARK if self._places.is_practice else ""
        window = SignInWindow(self._settings.staff_id, mark=mark)
        try:
            return await self._typed(window)
        finally:
            window.close()
            window.deleteLater()

    async def _typed(self, window: SignInWindow) -> Entry | None:
        typed: asyncio.Queue[tuple[str, str] | None] = asyncio.Queue()
        window.asked.connect(lambda staff, words: typed.put_nowait((staff, words)))
        window.closed.connect(lambda: typed.put_nowait(None))
        window.ask_to_sign_in()
        while (words := await typed.get()) is not None:
            window.show_trying()
            try:
                return await self._open(*words)
            except ExpectedFailure as failure:
                window.show_fault(f"{failure.title}。{failure.advice}")
        return None

    async def _open(self, staff_id: str, passphrase: str) -> Entry | None:
        door = door_of(self._places, _plain_name(staff_id))
        if not door.vault.exists() and not door.place.file.exists():
            await self._first_time(staff_id, passphrase)
        try:
            store = await open_store(door.place, door.vault, passphrase)
        except ExpectedFailure as failure:
            if failure.code not in _LOST or not await self._ask_to_set_aside(failure):
                raise
            _begin_anew(door, passphrase, failure.code)
            store = await open_store(door.place, door.vault, passphrase)
        return Entry(staff_id, passphrase, store, door.vault)

    async def _first_time(self, staff_id: str, passphrase: str) -> None:
        """Before a store is made the passphrase must be the right one: it will guard the store."""
        if self._settings.hub.urls:
            desk = f"{socket.gethostname()}:new"
            hub = self._settings.hub
            trust = hub_trust(self._places, hub)
            facts = SignInFacts(hub.urls, staff_id, passphrase, desk, trust=trust)
            await sign_in_once(facts)
        elif passphrase != DEMO_PASSPHRASE:
            raise ExpectedFailure(
                "口令不对", f"演示公司的口令是 {DEMO_PASSPHRASE}", "WRONG_PASSPHRASE"
            )


def _begin_anew(door: Door, passphrase: str, code: str) -> None:
    """Move what cannot be opened aside; all is fetched again into a new store."""
    stamp = SystemClock().now().strftime("%Y%m%d-%H%M%S")
    record = None
    with contextlib.suppress(ExpectedFailure):
        record = door.vault.record()
    set_aside(door.place, stamp, record=record)
    if code != "STORE_DAMAGED":
        door.vault.renew(passphrase)


def _plain_name(staff_id: str) -> str:
    """A staff id names files: letters, digits, - and _ only."""
    if not staff_id.replace("-", "").replace("_", "").isalnum():
        raise ExpectedFailure("工号只含字母、数字、- 和 _", "请核对工号", "STAFF_ID")
    return staff_id
