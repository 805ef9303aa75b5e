"""The watching desk's process: the real window with the trading page open, nobody at it."""

import asyncio
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
from PySide6.QtWidgets import QApplication
from sqlalchemy import insert

from app.commands.feed_bench.told import Paints
from app.desk.local import open_local_services
from app.desk.run import run_in_qt
from app.desk.window import DeskWindow
from app.frame.crash import CrashReporter
from app.frame.logs import open_log
from app.frame.memory import settle_memory
from app.frame.places import Places
from app.frame.signals import on_end_asked
from models.errors import ExpectedFailure
from models.tables.grounds import FIRM_SETTING, WHOLE_FIRM
from models.wire.hub import SignedIn
from services.clock.clock import Clock
from services.desk.market.watch import MarketWatch
from services.desk.storage.file.place import StorePlace
from services.desk.storage.keys.places import KeyFile
from services.desk.storage.keys.vault import KeyVault
from services.desk.storage.store import LocalStore, open_store
from services.desk.sync.hub_client import SignInFacts
from services.rules.loader import load_profile
from ui.theme.theme import Theme
from widgets.market.depth_ladder import DepthLadder

QUOTES = 300
_WIDE, _HIGH = 1_920, 1_080
_PASSPHRASE = "bench"
_STAFF = SignedIn("B001", "M001", "测速", "manager", (), "postgresql", "")
_POLL_S, _DEADLINE_S = 0.05, 60.0


class EngineOnly:
    """An engine and nothing else stands behind this window (app.desk.local.Reach)."""

    def __init__(self, url: str, token: str, clock: Clock) -> None:
        self._url = url
        self.token = token
        self.clock = clock

    def url(self, name: str) -> str:
        """The engine's; no other process is known."""
        return self._url if name == "engine" else ""


def watch_market(places: Places, reach: EngineOnly, out: Path) -> int:
    """Watch the first security until asked to end; write what was painted to ``out``."""
    open_log(places, "desk")
    reporter = CrashReporter(places, "desk")
    reporter.install()
    return run_in_qt(_watch(places, reach, out, reporter), reporter)


async def _watch(places: Places, reach: EngineOnly, out: Path, reporter: CrashReporter) -> int:
    place = StorePlace(places.store, _STAFF.staff_id)
    store = await open_store(place, KeyVault(KeyFile(place.key_file)), _PASSPHRASE)
    await _keep_settings(store)
    facts = SignInFacts((), _STAFF.staff_id, _PASSPHRASE, "bench")
    local = await open_local_services(store, reach, facts, _STAFF, _nobody_told, reporter.report)
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    window = DeskWindow(Theme(application), local, places, reporter)
    market = local.ports.market
    assert isinstance(market, MarketWatch)
    ended = asyncio.Event()
    with on_end_asked(ended.set):
        try:
            log = await _open_page(window, market)
            await ended.wait()
            out.write_bytes(msgspec.json.encode(log.paints()))
        finally:
            await window.close()
            await local.close()
            await store.close()
    return 0


async def _keep_settings(store: LocalStore) -> None:
    """No central tells this desk what its firm has set: it is the built-in profile."""
    rows = [
        {
            "branch_id": WHOLE_FIRM,
            "name": name,
            "effective_from": "2020-01-01",
            "value": msgspec.json.encode(value).decode(),
        }
        for name, value in load_profile(None).document.items()
    ]
    await store.write(lambda connection: connection.execute(insert(FIRM_SETTING), rows))


async def _open_page(window: DeskWindow, market: MarketWatch) -> "PaintLog":
    window.main.resize(_WIDE, _HIGH)
    window.show([])
    await _until(lambda: bool(market.instruments()))
    symbols = [listed.symbol for listed in market.instruments()]
    market.show_quotes("bench", frozenset(symbols[:QUOTES]))
    window.main.open_page("trading")
    window.pages.trading.begin("", symbols[0])
    await _until(lambda: market.depth(symbols[0]) is not None)
    log = PaintLog(window.pages.trading.board.ladder)
    settle_memory()
    await _until(lambda: bool(log.painted))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    return log


class PaintLog:
    """When the ladder was painted, and up to which record its picture goes."""

    def __init__(self, ladder: DepthLadder) -> None:
        self._ladder = ladder
        self.painted: list[tuple[int, int]] = []
        self._veiled = 0
        ladder.painted.connect(self._painted)

    def paints(self) -> Paints:
        """All of it."""
        times, numbers = [at for at, _ in self.painted], [number for _, number in self.painted]
        return Paints(times, numbers, self._veiled)

    def _painted(self) -> None:
        shown = self._ladder.shown
        if shown is not None:
            self.painted.append((time.monotonic_ns(), shown.sequence))
            self._veiled += bool(self._ladder.warning())


def _nobody_told(_failure: ExpectedFailure) -> None:
    """Nobody sits here; the log has it."""


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(_DEADLINE_S):
        while not condition():
            await asyncio.sleep(_POLL_S)
