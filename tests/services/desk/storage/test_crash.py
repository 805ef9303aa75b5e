"""A desk killed in the middle of its work finds rows and numbers in agreement."""

import random
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from models.tables.firm import CLIENT, TRADE_FILL, TRADE_ORDER
from models.wire.commands import RecordOrder
from services.desk.storage.engine_events import read_event_cursor
from services.desk.storage.file.backup import check_whole
from services.desk.storage.file.cipher import CipherFile
from services.desk.storage.file.place import StorePlace
from services.desk.storage.rows import read_setting
from services.desk.storage.search.find import find_clients
from services.desk.storage.synced.changes import read_cursor
from services.desk.storage.synced.provisional import open_envelopes
from tests.support.desk_data import PASSPHRASE, open_desk, vault_of
from tests.support.shared_data import REPOSITORY
from tests.support.store_child import CLIENTS

ROUNDS = 4


def kill_in_the_middle(folder: Path, work: str, lines: int) -> int:
    """Let a desk work, and kill it some way into the step after its ``lines``-th report.

    Return the number in the last report.
    """
    command = [sys.executable, "-m", "tests.support.store_child", str(folder), work]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        said = [child.stdout.readline() for _ in range(lines)]
        child.kill()
    return int(said[-1])


def points(connection: Connection) -> dict[str, int]:
    """The number that each client's row carries."""
    rows = connection.execute(select(CLIENT.c.client_id, CLIENT.c.points_milli))
    return {row.client_id: row.points_milli for row in rows}


def found_by_mobile(connection: Connection) -> dict[str, int]:
    """The number that each client is found by; a former number finds nobody."""
    mobiles = connection.execute(select(CLIENT.c.client_id, CLIENT.c.mobile)).all()
    found = {row.client_id: find_clients(connection, row.mobile) for row in mobiles}
    assert found == {row.client_id: ((row.client_id,),) for row in mobiles}
    everybody = [name for group in find_clients(connection, "139") for name in group]
    assert sorted(everybody) == sorted(found)
    return {row.client_id: int(row.mobile[3:]) for row in mobiles}


@pytest.mark.parametrize("seed", range(ROUNDS))
async def test_killed_between_batches_rows_and_cursor_agree(tmp_path: Path, seed: int) -> None:
    draw = random.Random(seed)
    for _ in range(2):
        kill_in_the_middle(tmp_path, "batches", draw.randint(1, 30))
        async with open_desk(tmp_path) as desk:
            cursor = await desk.store.read(lambda c: read_cursor(c, "M001"))
            assert cursor
            newest = {f"C{n % CLIENTS:02d}": n for n in range(1, cursor + 1)}
            assert await desk.store.read(points) == newest
            assert await desk.store.read(found_by_mobile) == newest


async def test_killed_in_a_resync_shows_one_snapshot_whole(tmp_path: Path) -> None:
    draw = random.Random(5)
    for _ in range(ROUNDS):
        kill_in_the_middle(tmp_path, "snapshots", draw.randint(1, 10))
        async with open_desk(tmp_path) as desk:
            cursor = await desk.store.read(lambda c: read_cursor(c, "M001"))
            assert set((await desk.store.read(points)).values()) == {cursor}


async def test_killed_between_events_order_number_and_record_agree(tmp_path: Path) -> None:
    draw = random.Random(7)
    for _ in range(ROUNDS):
        kill_in_the_middle(tmp_path, "events", draw.randint(1, 40))
        async with open_desk(tmp_path) as desk:
            ledger, number = await desk.store.read(read_event_cursor)
            commands = [e.command for e in await desk.store.read(open_envelopes)]
            records = [one.number for one in commands if isinstance(one, RecordOrder)]
            filled = await desk.store.read(
                lambda c: c.execute(select(TRADE_ORDER.c.filled)).scalar_one()
            )
            fills = await desk.store.read(
                lambda c: len(c.execute(select(TRADE_FILL.c.fill_id)).all())
            )
            assert (ledger, filled, fills) == ("L1", number, number)
            assert records == list(range(1, number + 1))


async def test_what_was_told_to_be_stored_is_there_after_any_kill(tmp_path: Path) -> None:
    draw = random.Random(11)
    for _ in range(ROUNDS):
        told = kill_in_the_middle(tmp_path, "settings", draw.randint(1, 200))
        place = StorePlace(tmp_path, "M001")
        check_whole(CipherFile(place.file, vault_of(place).unlock(PASSPHRASE)))
        async with open_desk(tmp_path) as desk:
            assert int(await desk.store.read(lambda c: read_setting(c, "number"))) >= told
