"""Central made ready from nothing, and its commands, on a real embedded server."""

import asyncio
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from app.central import keep_central, prepare_central, stop_central
from app.frame.places import Places
from app.frame.settings import CentralSettings, DemoSettings, Settings
from app.hub import run_hub
from models.errors import ExpectedFailure
from services.central.audit import BrokenLink, prove_audit
from services.central.embedded import EmbeddedServer, find_embedded
from services.hub.tls import Listening
from tests.support.hub_desk import running_hub
from tests.support.postgres import FixedClock, ask, engine_on
from tests.support.shared_data import REPOSITORY
from tests.support.waiting import until

SMALL = DemoSettings(clients=30, manager_clients=10)


@pytest.fixture
def places() -> Iterator[Places]:
    home = Path(tempfile.mkdtemp(prefix="ws"))
    yield Places(home)
    stop_central(Places(home))
    shutil.rmtree(home, ignore_errors=True)


async def prepare(places: Places, settings: Settings) -> str:
    return await prepare_central(
        settings=settings, places=places, clock=FixedClock(), progress=lambda *_: None
    )


def command(places: Places, *words: str) -> "subprocess.CompletedProcess[str]":
    program = [sys.executable, "-m", "app", "--home", str(places.home), "central", *words]
    return subprocess.run(program, cwd=REPOSITORY, capture_output=True, text=True, check=False)


async def test_nothing_configured_becomes_a_ready_demo_firm_once(places: Places) -> None:
    url = await prepare(places, Settings(demo=SMALL))
    await ask(url, "UPDATE client SET gender = 'x' WHERE client_id = 'C000001'")
    assert await prepare(places, Settings(demo=SMALL)) == url
    counts = "SELECT count(*), count(*) FILTER (WHERE gender = 'x') FROM client"
    assert await ask(url, counts) == [(30, 1)]


async def test_the_firms_database_is_looked_at_but_never_filled(
    places: Places, empty_central: str
) -> None:
    with pytest.raises(ExpectedFailure) as failure:
        await prepare(places, Settings(central=CentralSettings(empty_central)))
    assert failure.value.code == "CENTRAL_NOT_READY"
    assert await ask(empty_central, "SELECT count(*) FROM staff") == [(0,)]


async def test_a_database_without_schema_is_told_what_to_run(
    places: Places, postgres_server: EmbeddedServer
) -> None:
    with pytest.raises(ExpectedFailure) as failure:
        await prepare(places, Settings(central=CentralSettings(postgres_server.url)))
    assert failure.value.code == "CENTRAL_NOT_READY"
    assert "central init" in failure.value.advice


async def test_a_killed_server_comes_back(places: Places) -> None:
    url = await prepare(places, Settings(demo=SMALL))
    stop = asyncio.Event()
    keeper = asyncio.create_task(keep_central(places=places, stop=stop))
    [folder] = [child for child in places.central.iterdir() if child.is_dir()]
    first = find_embedded(folder)
    assert first is not None
    psutil.Process(first.pid).kill()
    await until(lambda: (now := find_embedded(folder)) is not None and now != first, 60)
    stop.set()
    await keeper
    assert await ask(url, "SELECT count(*) FROM client") == [(30,)]


def test_a_number_that_another_program_has_now_is_not_our_server(places: Places) -> None:
    asyncio.run(prepare(places, Settings(demo=SMALL)))
    [folder] = [child for child in places.central.iterdir() if child.is_dir()]
    pid_file = folder / "postmaster.pid"
    lines = pid_file.read_text("utf-8").splitlines()
    stop_central(places)
    pid_file.write_text("\n".join([str(psutil.Process().pid), *lines[1:]]) + "\n")
    assert find_embedded(folder) is None
    asyncio.run(prepare(places, Settings(demo=SMALL)))
    assert find_embedded(folder) is not None


def test_commands_init_status_stop(places: Places) -> None:
    places.settings.write_text("[demo]\nclients = 30\nmanager_clients = 10\n", "utf-8")
    idle = command(places, "status", "--json")
    assert json.loads(idle.stdout) == {"server": "embedded", "running": False}
    made = command(places, "init", "--demo")
    assert made.returncode == 0, made.stderr
    found = json.loads(command(places, "status", "--json").stdout)
    assert (found["running"], found["backlog"]) == (True, 0)
    assert found["revision"] == found["newest_revision"]
    assert found["rows"]["client"] == 30
    again = command(places, "init", "--demo")
    assert again.returncode == 3
    assert "DEMO_NOT_EMPTY" in again.stderr
    assert command(places, "stop").returncode == 0
    assert not json.loads(command(places, "status", "--json").stdout)["running"]


def test_a_wrong_address_ends_in_one_clear_line(places: Places) -> None:
    places.settings.write_text(
        '[central]\nurl = "postgresql://joe:hunter2@127.0.0.1:1/firm"\n', "utf-8"
    )
    told = command(places, "status")
    assert told.returncode == 3
    assert "CENTRAL_UNREACHABLE" in told.stderr
    assert "127.0.0.1:1/firm" in told.stderr
    assert "hunter2" not in told.stderr + told.stdout
    assert "Traceback" not in told.stderr


async def test_an_occupied_port_is_named(empty_central: str) -> None:
    async with running_hub(empty_central) as port:
        with pytest.raises(ExpectedFailure) as failure:
            await run_hub(
                at=Listening(port),
                database_url=empty_central,
                clock=FixedClock(),
                ready=lambda _: None,
                stop=asyncio.Event(),
            )
    assert failure.value.code == "PORT_OCCUPIED"
    assert str(port) in failure.value.title


_ENTRY = (
    "INSERT INTO audit_entry (branch_id, chain, number, author, action)"
    " VALUES ('B001', 'M001', 0, 'M001', 'log_contact')"
)


async def test_verify_audit_proves_all_chains_or_names_the_first_break(
    places: Places, empty_central: str
) -> None:
    (places.home / "settings.toml").write_text(f'[central]\nurl = "{empty_central}"\n', "utf-8")
    for _ in range(3):
        await ask(empty_central, _ENTRY)
    whole = await asyncio.to_thread(command, places, "verify-audit", "--json")
    assert (whole.returncode, json.loads(whole.stdout)) == (
        0,
        {"whole": True, "chains": 1, "entries": 3, "broken": []},
    )
    await ask(empty_central, "ALTER TABLE audit_entry DISABLE TRIGGER append_only")
    await ask(empty_central, "UPDATE audit_entry SET author = 'X' WHERE number = 2")
    told = await asyncio.to_thread(command, places, "verify-audit", "--json")
    found = {"branch_id": "B001", "chain": "M001", "number": 2}
    assert (told.returncode, json.loads(told.stdout)["broken"]) == (3, [found])
    words = await asyncio.to_thread(command, places, "verify-audit")
    assert "营业部 B001,链 M001,第 2 条" in words.stdout


_TO_HEAD = "fk_audit_entry_branch_id_chain"


async def test_a_chain_whose_head_is_gone_is_broken(empty_central: str) -> None:
    await ask(empty_central, _ENTRY)
    # who goes around the triggers can go around the key as well
    await ask(empty_central, f"ALTER TABLE audit_entry DROP CONSTRAINT {_TO_HEAD}")
    await ask(empty_central, "DELETE FROM audit_head")
    async with engine_on(empty_central) as engine:
        proof = await prove_audit(engine)
    assert (proof.chains, proof.broken) == (1, (BrokenLink("B001", "M001", 1),))
