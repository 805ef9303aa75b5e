"""The supervisor against real processes: tiny ones that write the same ready files."""

import asyncio
import sys
from pathlib import Path

import psutil
import pytest

from app.frame import supervisor as supervisor_module
from app.frame.places import Places
from app.frame.readiness import find_ready
from app.frame.supervisor import ProcessEvent, ProcessPlan, Supervisor
from models.errors import ExpectedFailure
from tests.support.waiting import until

LISTENER = """
import sys, time
from pathlib import Path
from app.frame.places import Places
from app.frame.readiness import write_ready
home, name = Path(sys.argv[2]), sys.argv[3]
secret = sys.stdin.readline().strip()
(home / (name + ".secret")).write_text(secret)
if name == "broken":
    sys.stderr.write("端口 9 已被占用(PORT_OCCUPIED)\\n"); sys.exit(3)
write_ready(Places(home), name, 4711)
time.sleep(60)
"""


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[ProcessEvent]:
    script = tmp_path / "listener.py"
    script.write_text(LISTENER, "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(Path(supervisor_module.__file__).parents[2]))
    monkeypatch.setattr(supervisor_module, "program", lambda: [sys.executable, str(script)])
    return []


async def test_a_process_is_started_with_its_secret_and_found_again(
    places: Places, told: list[ProcessEvent]
) -> None:
    first = Supervisor(places, told.append)
    ready = await first.ensure(ProcessPlan("hub", ("hub",), secret="quiet"))
    second = Supervisor(places, told.append)
    again = await second.ensure(ProcessPlan("hub", ("hub",)))
    assert (ready.port, again.pid) == (4711, ready.pid)
    assert (places.home / "hub.secret").read_text() == "quiet"
    assert [event.kind for event in told] == ["started", "reused"]
    await first.stop(("hub",))
    assert find_ready(places, "hub") is None


async def test_a_killed_process_comes_back(places: Places, told: list[ProcessEvent]) -> None:
    keeper = Supervisor(places, told.append)
    ready = await keeper.ensure(ProcessPlan("worker", ("worker",), listens=False))
    watching = asyncio.create_task(keeper.watch())
    psutil.Process(ready.pid).kill()
    await until(lambda: "restarted" in [event.kind for event in told])
    watching.cancel()
    revived = find_ready(places, "worker")
    assert revived is not None and revived.pid != ready.pid
    await keeper.stop(("worker",))


async def test_a_process_that_cannot_start_is_told_in_its_own_words(
    places: Places, told: list[ProcessEvent]
) -> None:
    keeper = Supervisor(places, told.append)
    with pytest.raises(ExpectedFailure, match="PORT_OCCUPIED"):
        await keeper.ensure(ProcessPlan("broken", ("broken",)))
