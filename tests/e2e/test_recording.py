"""A day is recorded by the real engine, looked at, proved and served again, by command line."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.frame.places import Places
from app.frame.readiness import Ready, find_ready
from services.market.feed_client import FeedClient
from services.market.heart import MarketHeart
from services.market.recording.scan import scan
from tests.e2e.home import fresh_home, processes_of, program, run
from tests.services.exchange.replay.test_import import files, order
from tests.support.shared_data import REPOSITORY
from tests.support.waiting import until

RECORD = "\n[engine]\nrecord = true\n"


@contextmanager
def started(places: Places, name: str, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a process of this home; asked to end at the end, if it still runs."""
    command = program(places, name, *words)
    with subprocess.Popen(
        command, cwd=REPOSITORY, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdin is not None
        process.stdin.write(b"token\n")
        process.stdin.flush()
        try:
            yield process
        finally:
            process.terminate()
            process.wait(20)


async def ready(places: Places, process: subprocess.Popen[bytes], name: str) -> Ready:
    """Wait until the process listens."""
    await until(lambda: (found := find_ready(places, name)) and found.pid == process.pid)
    found = find_ready(places, name)
    assert found is not None
    return found


def recorded(places: Places) -> Callable[[], int]:
    """Return what counts the records of this home's one recording."""

    def count() -> int:
        found = list(places.recordings.glob("*.rec"))
        return sum(scan(found[0]).lasts().values()) if found else 0

    return count


def told(places: Places, *words: str) -> dict[str, object]:
    """Run a command that answers in JSON."""
    done = run(places, *words, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    answer = json.loads(done.stdout)
    assert isinstance(answer, dict)
    return answer


async def state_of_replay(url: str, records: int) -> int:
    """Follow a served replay with a heart of our own; return the state of its books."""
    heart, stop = MarketHeart(asyncio.get_running_loop().time), asyncio.Event()
    client = FeedClient(url, heart, lambda _: None)
    task = asyncio.create_task(client.run(stop))
    try:
        await until(lambda: heart.health().records == records)
        assert heart.welcome is not None and heart.welcome.replay
        assert (heart.health().gaps, heart.health().duplicates) == (0, 0)
        return heart.books.state_hash() & (1 << 64) - 1
    finally:
        stop.set()
        await task


async def test_a_day_is_recorded_through_a_kill_and_served_again() -> None:
    with fresh_home(RECORD) as places:
        count = recorded(places)
        with started(places, "exchange", "--start", "09:31:00", "--speed", "50") as exchange:
            port = (await ready(places, exchange, "exchange")).port
            url = ("--exchange-url", f"ws://127.0.0.1:{port}")
            with started(places, "engine", *url) as engine:
                await ready(places, engine, "engine")
                await until(lambda: count() > 1_000)
                os.kill(engine.pid, signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
            before = count()
            with started(places, "engine", *url) as engine:
                await ready(places, engine, "engine")
                await until(lambda: count() > before + 1_000)
        info = told(places, "record", "info", "2023-02-01")
        assert (info["securities"], info["gaps"], info["damaged_bytes"]) == (76, 0, 0)
        proof = told(places, "replay", "2023-02-01", "--verify")
        assert proof["proved"] and proof["states_compared"] == 1
        assert proof["records"] == info["records"] == count()
        listed = told(places, "replay", "--list")
        assert listed["recordings"] == [info] and not listed["unreadable"]
        with started(places, "replay", "2023-02-01", "--speed", "max") as replay:
            port = (await ready(places, replay, "replay")).port
            state = await state_of_replay(f"ws://127.0.0.1:{port}/feed", count())
        assert state == proof["state_hash"]
        assert processes_of(places) == []


def test_a_vendors_day_is_brought_in_and_looked_at(tmp_path: Path) -> None:
    rows = [order("600001", f"09:30:{at:02}.000", 1, at, at) for at in range(1, 20)]
    folder, out = files(tmp_path, rows), tmp_path / "day.rec"
    with fresh_home() as places:
        words = ("record", "import", str(folder), "--out", str(out), "--close", "600001=10.00")
        answer = told(places, *words)
        assert answer["import"] == {"rows_left_out": {}, "faulty": {}, "close_unknown": []}
        assert answer["recording"] == told(places, "record", "info", str(out))
        assert told(places, "replay", str(out), "--verify")["proved"]
        again = run(places, *words)
        assert (again.returncode, "IMPORT_EXISTS" in again.stderr) == (3, True)


def test_a_damaged_recording_is_told_with_numbers(tmp_path: Path) -> None:
    rows = [order("600001", f"09:30:{at:02}.000", 1, at, at) for at in range(1, 20)]
    out = tmp_path / "day.rec"
    with fresh_home() as places:
        folder = files(tmp_path, rows)
        assert run(places, "record", "import", str(folder), "--out", str(out)).returncode == 0
        out.write_bytes(out.read_bytes()[:-10])
        info = run(places, "record", "info", str(out))
        assert info.returncode == 1 and "cut_body" in info.stdout


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("replay",), "RECORDING_UNKNOWN"),
        (("replay", "2020-01-01"), "RECORDING_UNKNOWN"),
        (("record", "info", "pyproject.toml"), "RECORDING_EMPTY"),
        (("desk", "--replay", "2020-01-01"), "RECORDING_UNKNOWN"),
    ],
)
def test_what_cannot_be_replayed_is_one_clear_line(words: tuple[str, ...], code: str) -> None:
    with fresh_home() as places:
        done = run(places, *words)
        assert (done.returncode, done.stdout) == (3, "")
        assert f"({code})" in done.stderr and done.stderr.count("\n") == 1


@pytest.mark.parametrize("speed", ["0", "51", "-1", "fast"])
def test_an_impossible_speed_is_refused(tmp_path: Path, speed: str) -> None:
    out = tmp_path / "day.rec"
    folder = files(tmp_path, [order("600001", "09:30:00.000", 1, 7, 1)])
    with fresh_home() as places:
        assert run(places, "record", "import", str(folder), "--out", str(out)).returncode == 0
        done = run(places, "replay", str(out), "--speed", speed)
        assert done.returncode == 3 and "50" in done.stderr


def test_nothing_recorded_is_told_with_the_way_to_it() -> None:
    with fresh_home() as places:
        done = run(places, "replay", "--list")
        assert done.returncode == 0 and "record = true" in done.stdout
