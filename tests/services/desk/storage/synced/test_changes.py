"""Batches of changes: rows and cursor go together, numbers must be dense."""

from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from models.errors import ExpectedFailure
from models.tables.firm import CLIENT, HOLDING
from models.wire.hub import Changes, SnapshotPart, TableChanges
from services.desk.storage.rows import Row
from services.desk.storage.synced.changes import StreamGap, apply_changes, read_cursor
from services.desk.storage.synced.snapshot import (
    begin_snapshot,
    finish_snapshot,
    forget_streams,
    keep_part,
)
from tests.support.desk_data import Desk, a_client, a_row, changes, open_desk
from tests.support.log_lines import Line, page, pruned


def names(connection: Connection) -> list[str]:
    """Names of all stored clients."""
    return list(connection.execute(select(CLIENT.c.name).order_by(CLIENT.c.client_id)).scalars())


async def test_rows_and_cursor_are_stored_together(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await desk.receive(("client", a_client("C1", "张三")), ("client", a_client("C2", "李四")))
        assert await desk.store.read(names) == ["张三", "李四"]
        assert await desk.store.read(lambda c: read_cursor(c, "M001")) == 2


async def test_many_rows_are_stored_as_few_are(tmp_path: Path) -> None:
    """More than go into one statement, some of them twice, and one that another stream shows."""
    many = [("client", a_client(f"C{number:03d}", f"名{number}")) for number in range(250)]
    again = [("client", a_client(f"C{number:03d}", "新名")) for number in range(0, 250, 50)]
    shown = a_client("C007", "先来", manager_id="M002", version=9)
    async with open_desk(tmp_path) as desk:
        await desk.receive(("client", shown), stream="M002")
        await desk.receive(*many, *again)
        found = await desk.store.read(names)
    expected = [f"名{number}" for number in range(250)]
    expected[0:250:50] = ["新名"] * 5
    expected[7] = "先来"
    assert found == expected


async def test_newest_form_of_a_row_in_a_batch_wins_and_deletion_counts(tmp_path: Path) -> None:
    batch = page(
        [
            Line(1, "client", a_client("C1", "旧名")),
            Line(2, "client", a_client("C2", "李四")),
            Line(3, "client", a_client("C1", "新名")),
            Line(4, "client", None, {"branch_id": "B1", "client_id": "C2"}),
        ]
    )
    async with open_desk(tmp_path) as desk:
        told = await desk.store.write(lambda c: apply_changes(c, batch))
        assert await desk.store.read(names) == ["新名"]
        assert told.clients == {"C1", "C2"}


async def test_deleted_holding_still_tells_whose_it_was(tmp_path: Path) -> None:
    held = a_row("holding", account="A1", symbol="600519.SH", client_id="C1", quantity=100)
    gone = Line(2, "holding", None, {"branch_id": "B1", "account": "A1", "symbol": "600519.SH"})
    async with open_desk(tmp_path) as desk:
        await desk.receive(("holding", held))
        told = await desk.store.write(lambda c: apply_changes(c, page([gone], after=1)))
        assert told.clients == {"C1"}
        assert not await desk.store.read(lambda c: c.execute(select(HOLDING)).all())


@pytest.mark.parametrize(
    "batch",
    [
        changes("M001", 5, ("client", a_client("C9"))),
        page([Line(2, "client", a_client("C9"))]),
        pruned(after=0, last=7),
    ],
    ids=["later than the cursor", "hole inside", "pruned"],
)
async def test_missing_numbers_store_nothing(tmp_path: Path, batch: Changes) -> None:
    async with open_desk(tmp_path) as desk:
        with pytest.raises(StreamGap):
            await desk.store.write(lambda c: apply_changes(c, batch))
        assert await desk.store.read(names) == []
        assert await desk.store.read(lambda c: read_cursor(c, "M001")) is None


async def test_table_this_program_does_not_know_only_moves_the_cursor(tmp_path: Path) -> None:
    strange = page([Line(1, "horoscope", {"id": "1"})])
    async with open_desk(tmp_path) as desk:
        await desk.store.write(lambda c: apply_changes(c, strange))
        assert await desk.store.read(lambda c: read_cursor(c, "M001")) == 1


def part(
    table: str, *rows: Row, done: int, cursor: int = 40, finished: bool = False
) -> SnapshotPart:
    """One part of a snapshot of three rows."""
    return SnapshotPart(1, "M001", table, rows, done, 3, cursor, finished)


async def resync(desk: Desk, *parts: SnapshotPart) -> None:
    """Take a whole snapshot."""
    await desk.store.write_batch(begin_snapshot)
    for one in parts:
        await desk.store.write_batch(lambda c, one=one: keep_part(c, one))  # type: ignore[misc]
    await desk.store.write(lambda c: finish_snapshot(c, parts[-1]))


async def test_snapshot_replaces_the_stream_and_leaves_the_others(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await desk.receive(("client", a_client("C1", "旧客户")))
        await desk.receive(("staff", a_row("staff", manager_id="*", staff_id="M001")), stream="*")
        await resync(
            desk,
            part("client", a_client("C2", "李四"), a_client("C3", "王五"), done=2),
            part("holding", a_row("holding", account="A", symbol="S", client_id="C2"), done=3,
                 finished=True),
        )  # fmt: skip
        assert await desk.store.read(names) == ["李四", "王五"]
        assert await desk.store.read(lambda c: read_cursor(c, "M001")) == 40
        assert await desk.store.read(lambda c: read_cursor(c, "*")) == 1


async def test_rows_stay_shown_until_the_last_part(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await desk.receive(("client", a_client("C1", "旧客户")))
        await desk.store.write_batch(begin_snapshot)
        await desk.store.write_batch(lambda c: keep_part(c, part("client", a_client("C2"), done=1)))
        assert await desk.store.read(names) == ["旧客户"]


async def test_snapshot_begun_anew_forgets_the_broken_one(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await desk.store.write_batch(begin_snapshot)
        await desk.store.write_batch(lambda c: keep_part(c, part("client", a_client("C8"), done=1)))
        await resync(desk, part("client", a_client("C2", "李四"), done=3, finished=True))
        assert await desk.store.read(names) == ["李四"]


async def test_stream_no_longer_granted_is_deleted(tmp_path: Path) -> None:
    other = a_client("C7", "别人的客户") | {"manager_id": "M002"}
    async with open_desk(tmp_path) as desk:
        await desk.receive(("client", a_client("C1", "张三")))
        await desk.receive(("client", other), stream="M002")
        told = await desk.store.write(lambda c: forget_streams(c, frozenset({"M001", "*"})))
        assert await desk.store.read(names) == ["张三"]
        assert await desk.store.read(lambda c: read_cursor(c, "M002")) is None
        assert told.whole


@pytest.mark.parametrize(
    "part",
    [
        TableChanges("client", 1, b"[}"),
        TableChanges("client", 1, b"[null]"),
        TableChanges("client", 1, b"[]"),
        TableChanges("client", 1, b"[null]", b"[]"),
        TableChanges("client", 1, b'[{"client_id": 5}]'),
    ],
    ids=["no JSON", "gone without a key", "too few", "keys missing", "a number for a text"],
)
async def test_a_part_that_does_not_hold_together_stores_nothing(
    tmp_path: Path, part: TableChanges
) -> None:
    async with open_desk(tmp_path) as desk:
        with pytest.raises(ExpectedFailure) as refused:
            await desk.store.write(lambda c: apply_changes(c, Changes(1, "M001", 0, 1, 1, (part,))))
        assert refused.value.code == "WIRE_BAD_MESSAGE"
        assert await desk.store.read(lambda c: read_cursor(c, "M001")) is None
