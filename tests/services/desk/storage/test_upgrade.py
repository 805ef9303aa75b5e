"""Stores written by earlier programs open in this one; what cannot be fetched again survives."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from models.errors import ExpectedFailure
from models.tables.firm import CLIENT, CONTACT
from models.tables.local import ALERT_RAISED, CURSOR, SCHEMA_VERSION
from models.wire.commands import LogContact
from services.desk.storage.engine_events import read_event_cursor
from services.desk.storage.file.cipher import CipherFile
from services.desk.storage.file.place import StorePlace
from services.desk.storage.outbox_rows import count_waiting
from services.desk.storage.person import read_person
from services.desk.storage.rows import read_setting, write_setting
from services.desk.storage.search.find import find_clients
from services.desk.storage.store import LocalStore, open_store
from services.desk.storage.synced.provisional import open_envelopes
from tests.support.desk_data import PASSPHRASE, a_client, open_desk, vault_of

OLD = Path(__file__).parent / "old_files"
VERSIONS = sorted(folder.name for folder in OLD.iterdir() if folder.is_dir())


@pytest.fixture(params=VERSIONS)
def old_store(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of a store that an earlier program wrote."""
    for file in (OLD / request.param).iterdir():
        shutil.copy(file, tmp_path)
    return tmp_path


def test_there_is_an_old_file_of_every_earlier_version() -> None:
    assert [f"v{number}" for number in range(1, SCHEMA_VERSION)] == VERSIONS


async def test_outbox_and_settings_survive(old_store: Path) -> None:
    async with open_desk(old_store) as desk:
        read = desk.store.read
        commands = [envelope.command for envelope in await read(open_envelopes)]
        assert [c.summary for c in commands if isinstance(c, LogContact)] == [
            "谈了减仓",
            "约了面谈",
        ]
        assert await read(count_waiting) == 2
        assert await read(lambda c: read_setting(c, "engine_token")) == "token of old"
        assert await read(lambda c: read_setting(c, "schema_version")) == str(SCHEMA_VERSION)
        assert await read(read_event_cursor) == ("L1", 42)
        assert (await read(lambda c: c.execute(select(ALERT_RAISED.c.alert_id)).all())) == [("A1",)]
        person = await read(read_person)
        assert person is not None
        assert (person.staff_id, person.name) == ("M001", "周经理")


async def test_whom_the_old_store_holds_is_found_at_once(old_store: Path) -> None:
    async with open_desk(old_store) as desk:
        held = await desk.store.read(lambda c: set(c.execute(select(CLIENT.c.name)).scalars()))
        found = await desk.store.read(lambda c: find_clients(c, "dan"))
        assert found == ((("C2",),) if "单雄信" in held else ())


async def test_synced_tables_of_another_form_are_made_anew_and_fetched_again(
    old_store: Path,
) -> None:
    await spoil_form(old_store)
    async with open_desk(old_store) as desk:
        assert await desk.store.read(lambda c: _count(c, CLIENT.name)) == 0
        assert await desk.store.read(lambda c: c.execute(select(CURSOR)).all()) == []
        assert await desk.store.read(lambda c: find_clients(c, "z")) == ()
        assert await desk.store.read(count_waiting) == 2
        await desk.receive(("client", a_client("C9", "赵六", pinyin="zhao liu", initials="zl")))
        assert await desk.store.read(lambda c: find_clients(c, "z")) == (("C9",),)


async def test_an_upgraded_store_opens_again_as_it_is(old_store: Path) -> None:
    async with open_desk(old_store):
        pass
    async with open_desk(old_store) as desk:
        assert await desk.store.read(count_waiting) == 2
        assert await desk.store.read(lambda c: _count(c, CONTACT.name)) in (0, 2)


async def test_a_newer_store_is_refused_and_left_as_it_is(old_store: Path) -> None:
    async with open_desk(old_store) as desk:
        newer = str(SCHEMA_VERSION + 1)
        await desk.store.write(lambda c: write_setting(c, "schema_version", newer))
    place = StorePlace(old_store, "M001")
    before = place.file.read_bytes()
    with pytest.raises(ExpectedFailure) as refused:
        await open_store(place, vault_of(place), PASSPHRASE)
    assert refused.value.code == "STORE_NEWER"
    assert place.file.read_bytes() == before


async def spoil_form(folder: Path) -> None:
    """As if the synced tables had been written in another form."""
    place = StorePlace(folder, "M001")
    store = LocalStore(CipherFile(place.file, vault_of(place).unlock(PASSPHRASE)))
    await store.prepare()
    await store.write(lambda c: write_setting(c, "firm_form", "of another program"))
    await store.close()


def _count(connection: Connection, table: str) -> int:
    return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())
