"""``store backup`` and ``store restore`` as a person runs them."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from app import cli as program
from app.desk.entrance import DEMO_PASSPHRASE, door_of
from app.frame.desk_lock import only_desk
from app.frame.places import Places
from models.tables.firm import CLIENT
from services.desk.storage.rows import write_rows
from services.desk.storage.store import open_store
from tests.support.desk_data import a_client


def run(home: Path, *words: str, typed: str = "") -> Result:
    """Run ``workstation --home HOME store …``."""
    if "store" not in {group.name for group in program.cli.registered_groups}:
        program._mount()
    return CliRunner().invoke(program.cli, ["--home", str(home), "store", *words], input=typed)


async def add_client(places: Places, client_id: str) -> None:
    """Open the store as the demo's desk does and add a client."""
    door = door_of(places, "M001")
    store = await open_store(door.place, door.vault, DEMO_PASSPHRASE)
    await store.write(lambda c: write_rows(c, CLIENT, [a_client(client_id)]))
    await store.close()


async def clients_of(places: Places) -> list[str]:
    """Ids of all clients."""
    door = door_of(places, "M001")
    store = await open_store(door.place, door.vault, DEMO_PASSPHRASE)
    ids = await store.read(lambda c: c.execute(select(CLIENT.c.client_id)).scalars().all())
    await store.close()
    return sorted(ids)


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """A home whose store holds one client."""
    made = Places(tmp_path / "home")
    asyncio.run(add_client(made, "C1"))
    return made


def test_backup_then_restore_brings_the_earlier_state_back(places: Places, tmp_path: Path) -> None:
    file = tmp_path / "b.backup"
    told = run(places.home, "backup", str(file))
    assert told.exit_code == 0, told.output
    assert "已备份并校验" in told.stdout
    asyncio.run(add_client(places, "C2"))
    told = run(places.home, "restore", str(file), "--yes")
    assert told.exit_code == 0, told.output
    assert "原库在" in told.stdout
    assert asyncio.run(clients_of(places)) == ["C1"]


def test_restore_wants_a_word_and_no_running_desk(places: Places, tmp_path: Path) -> None:
    file = tmp_path / "b.backup"
    run(places.home, "backup", str(file))
    asyncio.run(add_client(places, "C2"))
    assert "NOT_CONFIRMED" in run(places.home, "restore", str(file)).stderr
    with only_desk(places):
        assert "DESK_RUNNING" in run(places.home, "restore", str(file), "--yes").stderr
    assert asyncio.run(clients_of(places)) == ["C1", "C2"]


def test_no_store_and_no_backup_are_told(tmp_path: Path) -> None:
    told = run(tmp_path / "empty", "backup", str(tmp_path / "b"))
    assert (told.exit_code, "STORE_MISSING" in told.stderr) == (3, True)
    told = run(tmp_path / "empty", "restore", str(tmp_path / "b"), "--yes")
    assert (told.exit_code, "BACKUP_BROKEN" in told.stderr) == (3, True)


def test_passphrase_is_changed_and_counted(places: Places) -> None:
    assert "DEMO_PASSPHRASE" in run(places.home, "passphrase", typed="x\ny\n").stderr
    places.settings.write_text("[sign_in]\nautomatic = false\n", "utf-8")
    told = run(places.home, "passphrase", typed="guess\nnew\n")
    assert "WRONG_PASSPHRASE" in told.stderr
    told = run(places.home, "passphrase", typed=f"{DEMO_PASSPHRASE}\nnew\n")
    assert told.exit_code == 0, told.output
    assert len(door_of(places, "M001").vault.unlock("new")) == 32
