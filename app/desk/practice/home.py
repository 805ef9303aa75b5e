"""The practice desk's own home folder: made for one run, marked, apart from everything real."""

import asyncio
import shutil
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import msgspec
from msgspec.structs import replace

from app.central import DATABASE, SERVER_FOLDER, stop_central
from app.desk.backends import PROCESSES
from app.frame.places import PRACTICE_MARK, Places
from app.frame.readiness import find_ready
from app.frame.session import RECORDED_DAY
from app.frame.settings import ExchangeSettings, Settings, kept_apart
from models.dates import BEIJING
from models.rules.access.practice.scenario import Scenario
from services.clock.clock import SystemClock

_OPENS_WITHIN = timedelta(seconds=30)  # of the clock on the wall: then the script begins


class Mark(msgspec.Struct, frozen=True):
    """What makes a folder a practice home."""

    run_id: str
    scenario: str
    trainee: str


@dataclass(frozen=True, slots=True)
class PracticeHome:
    """One scenario's home below the real one."""

    real: Places
    scenario: Scenario

    @property
    def places(self) -> Places:
        """Everything of the practice firm: database, engine, exchange, store, keys."""
        return Places(self.real.home / "practice" / self.scenario.name)

    def mark(self) -> Mark | None:
        """Return what was begun here last; None = nothing."""
        return read_mark(self.places)

    @property
    def is_running(self) -> bool:
        """Whether processes of an earlier desk still work there."""
        if self.mark() is None:
            return False
        return any(find_ready(self.places, name) is not None for name in PROCESSES)

    def begin(self, trainee: str, speed: int) -> Mark:
        """Make the home anew for a run of ``trainee``; what an earlier run left there goes.

        Raises ExpectedFailure CENTRAL_START_FAILED and what the database refuses.
        """
        self._clear()
        stamp = SystemClock().now().astimezone(BEIJING).strftime("%Y%m%d-%H%M%S")
        mark = Mark(f"{self.scenario.name}-{stamp}", self.scenario.name, trainee)
        self.places.home.mkdir(parents=True, exist_ok=True)
        (self.places.home / PRACTICE_MARK).write_bytes(msgspec.json.encode(mark))
        asyncio.run(_fill(self.places, mark, self.scenario, speed))
        return mark

    def _clear(self) -> None:
        """Only a folder with the mark is removed, after its database has ended."""
        if self.mark() is not None:
            stop_central(self.places)
            shutil.rmtree(self.places.home)


def read_mark(places: Places) -> Mark | None:
    """Return the mark of a practice home; None in any other folder."""
    try:
        return msgspec.json.decode((places.home / PRACTICE_MARK).read_bytes(), type=Mark)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def confined(settings: Settings, scenario: Scenario, mark: Mark, speed: int) -> Settings:
    """Return settings for a run: of this folder alone, at the scenario's time."""
    return replace(
        kept_apart(settings),
        exchange=ExchangeSettings(start=scenario.begins, speed=speed),
        worker=replace(settings.worker, night_at=""),
        sign_in=replace(settings.sign_in, automatic=True),
        staff_id=mark.trainee,
    )


def begins_at(scenario: Scenario, speed: int, day: date = RECORDED_DAY) -> datetime:
    """Return when the script begins: the market opens first, the desk needs a moment."""
    opens = datetime.fromisoformat(f"{day.isoformat()}T{scenario.begins}").replace(tzinfo=BEIJING)
    return opens + _OPENS_WITHIN * speed


async def _fill(places: Places, mark: Mark, scenario: Scenario, speed: int) -> None:
    from services.central.connection import open_engine
    from services.central.embedded import start_embedded
    from services.central.migrations.runner import migrate
    from services.central.reachability import ensure_database
    from services.worker.practice.firm import Start, make_practice_firm

    server = await asyncio.to_thread(start_embedded, places.central / SERVER_FOLDER)
    await ensure_database(server.url, DATABASE)
    engine = open_engine(server.url_of(DATABASE))
    try:
        await migrate(engine)
        start = Start(mark.run_id, mark.trainee, begins_at(scenario, speed), scenario)
        await make_practice_firm(engine, start)
    finally:
        await engine.dispose()
