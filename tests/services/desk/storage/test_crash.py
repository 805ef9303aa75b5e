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
from services.desk.storage.synced.changes import read_cursor
from services.desk.storage.synced.provisional import open_envelopes
from tests.support.desk_data import open_desk
from tests.support.shared_data import REPOSITORY
from tests.support.store_child import CLIENTS

ROUNDS = 4


def kill_in_the_middle(folder: Path, work: str, lines: int) -> None:
    """Let a desk work, and kill it some way into the step after its ``lines``-th report."""
    command = [sys.executable, "-m", "tests.support.store_child", str(folder), work]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        for _ in range(lines):
            assert child.stdout.readline()
        child.kill()


def points(connection: Connection) -> dict[str, int]:
    """The number that each client's row carries."""
    rows = connection.execute(select(CLIENT.c.client_id, CLIENT.c.points_milli))
    return {row.client_id: row.points_milli for row in rows}


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
