"""Runs the tour: fresh data folder, real processes, real window, offscreen."""

import asyncio
import os
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path

from app.desk.desk import Desk
from app.desk.run import run_in_qt
from app.frame.crash import CrashReporter
from app.frame.logs import open_log
from app.frame.places import Places
from app.frame.process import say_failure
from app.frame.settings import Settings
from app.tour.book_scenes import BookScenes
from app.tour.pictures import WIDE, Album
from app.tour.queue_scene import QueueScene
from app.tour.scenes import Scenes
from app.tour.summary import Summary
from models.errors import ExpectedFailure

PAGES = ("clients", "client", "alerts", "trading", "monitor")
FAILED = 1
_MS = Decimal("0.001")


def run_tour(*, out: Path, settings: Settings) -> int:
    """Walk through the workstation and write pictures and ``summary.json`` to ``out``.

    Returns 0 only if every step did what it should.
    """
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    out.mkdir(parents=True, exist_ok=True)
    started = time.monotonic_ns()
    with tempfile.TemporaryDirectory(prefix="workstation-tour-") as folder:
        Path(folder).chmod(0o755)  # the embedded server runs as another user when we are root
        places = Places(Path(folder))
        open_log(places, "desk")
        reporter = CrashReporter(places, "desk")
        summary = run_in_qt(_walk(out, places, settings, reporter), reporter)
        _keep_logs(places, out, summary)
    summary.seconds = (Decimal(time.monotonic_ns() - started) / 1_000_000_000).quantize(_MS)
    summary.write(out)
    sys.stdout.write(f"{out / 'summary.json'}\n")
    return FAILED if summary.failed else 0


async def _walk(out: Path, places: Places, settings: Settings, reporter: CrashReporter) -> Summary:
    summary = Summary()
    album = Album(out)
    desk = Desk(places=places, settings=settings, reporter=reporter)
    try:
        if not await _opened(desk):
            raise ExpectedFailure("工作站没有打开", "见日志", "TOUR_NOT_OPENED")
        await _scenes(desk, album, summary)
    except ExpectedFailure as failure:
        say_failure(failure)
        summary.failed = f"{failure.code} {failure.title}"
        if desk.window is not None:
            album.take(desk.window.main, "failed")
    except Exception as bug:  # noqa: BLE001 - the edge of the process: reported, never lost
        reporter.report(bug)
        summary.failed = f"PROGRAM_ERROR {type(bug).__name__}"
    finally:
        summary.screens = album.names
        await desk.close()
    return summary


async def _opened(desk: Desk) -> bool:
    opening = asyncio.create_task(desk.open())
    return await asyncio.wait_for(opening, 120)


async def _scenes(desk: Desk, album: Album, summary: Summary) -> None:
    window, local = desk.window, desk.local
    assert window is not None and local is not None
    window.main.resize(WIDE)
    window.main.activateWindow()
    summary.central = f"{local.person.central} {local.person.central_version}"
    scenes = Scenes(window, local.ports, album, summary)
    await scenes.look_at_clients()
    await scenes.look_at_alerts()
    before = await scenes.open_client()
    await scenes.record_instruction()
    order = await scenes.trade()
    await scenes.be_refused()
    line = QueueScene(window, local.ports, album, scenes)
    waiting = await line.stand_in_line()
    await scenes.see_it_come_back(before, order)
    await scenes.log_contact()
    await scenes.open_panels()
    await scenes.look_at_monitor(order)
    await album.take_all(window.main, PAGES)
    assert desk.backends is not None
    books = BookScenes(window, local.ports, album, desk.backends)
    await books.look_at_books()
    await books.freeze_exchange()
    await books.look_without_level2()
    await line.leave_the_line(waiting)


def _keep_logs(places: Places, out: Path, summary: Summary) -> None:
    """A tour that failed leaves the logs beside its pictures."""
    if not summary.failed:
        return
    for file in places.logs.iterdir():
        (out / file.name).write_bytes(file.read_bytes())
