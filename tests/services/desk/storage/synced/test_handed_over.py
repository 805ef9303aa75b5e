"""Rows that change streams: whatever comes first, a desk that follows both shows what is there."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, func, select
from sqlcipher3 import dbapi2

from models.tables.firm import CLIENT, CONTACT, SYNCED
from models.tables.local import ROW_ASIDE
from models.wire.commands import Envelope, LogContact
from models.wire.hub import SnapshotPart
from services.desk.storage.outbox_rows import add_command
from services.desk.storage.rows import Row
from services.desk.storage.schema import prepare_schema
from services.desk.storage.search.find import find_clients
from services.desk.storage.search.index import renew_search
from services.desk.storage.synced.changes import apply_changes, read_cursor
from services.desk.storage.synced.snapshot import (
    begin_snapshot,
    finish_snapshot,
    forget_streams,
    keep_part,
)
from tests.support.desk_data import a_client, a_row
from tests.support.log_lines import Line, page

STREAMS = ("M001", "M002", "M003")
CLIENTS = ("C1", "C2")


@dataclass
class Central:
    """Clients who go from manager to manager; each change is told on both streams."""

    clients: dict[str, Row] = field(default_factory=dict)
    logs: dict[str, list[Line]] = field(default_factory=lambda: {name: [] for name in STREAMS})

    def put(self, client_id: str, manager: str) -> None:
        """Make him, or change him, or hand him over."""
        before = self.clients.get(client_id)
        version = int(before["version"] or 0) + 1 if before else 1
        if before is not None and before["manager_id"] != manager:
            self._take(client_id, str(before["manager_id"]))
        row = a_client(client_id, f"名{version}", manager_id=manager, version=version)
        self.clients[client_id] = row
        self._log(manager, row, None)

    def drop(self, client_id: str) -> None:
        """An import that added him is taken back; he may come again, with version 1."""
        gone = self.clients.pop(client_id, None)
        if gone is not None:
            self._take(client_id, str(gone["manager_id"]))

    def _take(self, client_id: str, manager: str) -> None:
        self._log(manager, None, {"branch_id": "B1", "client_id": client_id})

    def _log(self, manager: str, row: Row | None, key: Row | None) -> None:
        log = self.logs[manager]
        log.append(Line(len(log) + 1, "client", row, key))


@dataclass
class Scene:
    """A desk that follows all streams, and what each stream has told it."""

    connection: Connection
    central: Central = field(default_factory=Central)
    told: dict[str, dict[str, Row]] = field(default_factory=lambda: {name: {} for name in STREAMS})

    def pull(self, stream: str, limit: int = 100) -> None:
        """Fetch at most ``limit`` changes of one stream."""
        after = read_cursor(self.connection, stream) or 0
        log = self.central.logs[stream]
        lines = log[after : after + limit]
        batch = page(lines, after=after, stream=stream, last=len(log))
        apply_changes(self.connection, batch)
        for line in (one for one in lines if one.table == "client"):
            if line.row is None:
                assert line.key is not None
                self.told[stream].pop(str(line.key["client_id"]), None)
            else:
                self.told[stream][str(line.row["client_id"])] = line.row

    def resync(self, stream: str) -> None:
        """Fetch one stream anew."""
        rows = tuple(r for r in self.central.clients.values() if r["manager_id"] == stream)
        begin_snapshot(self.connection)
        keep_part(self.connection, SnapshotPart(1, stream, "client", rows, 0, 0, 0, False))
        cursor = len(self.central.logs[stream])
        finish_snapshot(self.connection, SnapshotPart(1, stream, "", (), 0, 0, cursor, True))
        self.told[stream] = {str(row["client_id"]): row for row in rows}

    def forget(self, stream: str) -> None:
        """The person may no longer see a stream."""
        forget_streams(self.connection, frozenset(STREAMS) - {stream})
        self.told[stream] = {}

    def shown(self) -> dict[str, Row]:
        """The clients as the desk shows them."""
        rows = self.connection.execute(select(CLIENT)).mappings()
        return {str(row["client_id"]): dict(row) for row in rows}

    def do(self, step: str) -> None:
        """One step by its name."""
        match step.split():
            case ["give", client_id, manager]:
                self.central.put(client_id, manager)
            case ["drop", client_id]:
                self.central.drop(client_id)
            case ["pull", stream, limit]:
                self.pull(stream, int(limit))
            case ["resync", stream]:
                self.resync(stream)
            case ["forget", stream]:
                self.forget(stream)

    def check(self) -> None:
        """The newest word of those that the streams have said last is what the desk shows."""
        shown = self.shown()
        for client_id in CLIENTS:
            words = [told[client_id] for told in self.told.values() if client_id in told]
            newest = max((int(word["version"] or 0) for word in words), default=0)
            allowed = [word for word in words if word["version"] == newest]
            assert shown.get(client_id) in allowed if words else client_id not in shown, client_id


@contextmanager
def a_scene() -> Iterator[Scene]:
    """An empty desk."""
    engine = create_engine("sqlite+pysqlite://", module=dbapi2)
    with engine.begin() as connection:
        prepare_schema(connection)
        yield Scene(connection)
    engine.dispose()


def _asides(scene: Scene) -> int:
    return int(scene.connection.execute(select(func.count()).select_from(ROW_ASIDE)).scalar_one())


STEPS = st.sampled_from(
    [
        *(f"give {client} {manager}" for client in CLIENTS for manager in STREAMS),
        "drop C1",
        *(f"pull {stream} {limit}" for stream in STREAMS for limit in (1, 1, 2, 99)),
        *(f"resync {stream}" for stream in STREAMS),
        "forget M002",
    ]
)


@settings(deadline=None, max_examples=100)
@given(st.lists(STEPS, max_size=30), st.permutations(STREAMS))
def test_no_order_of_streams_loses_or_revives_a_client(
    steps: list[str], last: tuple[str, ...]
) -> None:
    with a_scene() as scene:
        for step in steps:
            scene.do(step)
            scene.check()
        for stream in last:
            scene.pull(stream)
        assert scene.shown() == scene.central.clients
        assert _asides(scene) == 0


@pytest.mark.parametrize("order", list(permutations((*("M001",) * 3, *("M002",) * 2))))
def test_a_client_who_goes_and_comes_back_is_there_in_every_order(order: tuple[str, ...]) -> None:
    with a_scene() as scene:
        scene.central.put("C1", "M001")
        scene.pull("M001")
        scene.central.put("C1", "M002")
        scene.central.put("C1", "M001")
        for stream in order:
            scene.pull(stream, 1)
            scene.check()
        for stream in ("M001", "M002"):
            scene.pull(stream)
        assert scene.shown() == scene.central.clients


def test_late_delete_of_the_old_stream_leaves_the_row_of_the_new_one() -> None:
    with a_scene() as scene:
        scene.central.put("C1", "M001")
        scene.pull("M001")
        scene.central.put("C1", "M002")
        scene.pull("M002")
        assert scene.shown()["C1"]["manager_id"] == "M002"
        scene.pull("M001")
        assert scene.shown()["C1"]["manager_id"] == "M002"
        assert _asides(scene) == 0


def test_search_follows_a_client_from_stream_to_stream() -> None:
    with a_scene() as scene:
        scene.central.put("C1", "M001")
        scene.pull("M001")
        scene.central.put("C1", "M002")
        for stream in ("M002", "M001"):
            scene.pull(stream)
            renew_search(scene.connection)
            assert find_clients(scene.connection, "zs") == (("C1",),)
        scene.forget("M002")
        renew_search(scene.connection)
        assert find_clients(scene.connection, "zs") == ()


@pytest.mark.parametrize("first", ["answer", "row"])
def test_what_was_noted_on_the_old_stream_comes_through_the_new_one(first: str) -> None:
    """A branch manager's desk did not know of the hand-over when the contact was logged."""
    with a_scene() as scene:
        scene.central.put("C1", "M001")
        scene.pull("M001")
        command = LogContact("K1", "C1", "phone", "out", "谈了减仓", "2023-02-01T10:00:00")
        draft = Envelope("cmd-1", "B1", "M001", "BM01", "d", 0, "C1", 0, "2023-02-01", command)
        add_command(scene.connection, draft)
        scene.central.put("C1", "M002")
        row = a_row(
            "contact", contact_id="K1", client_id="C1", manager_id="M002", summary="谈了减仓"
        )
        answer = a_row("command_answer", command_id="cmd-1", outcome="applied")
        new, old = scene.central.logs["M002"], scene.central.logs["M001"]
        new.append(Line(len(new) + 1, "contact", row))
        old.append(Line(len(old) + 1, "command_answer", answer))
        for stream in ("M001", "M002") if first == "answer" else ("M002", "M001"):
            scene.pull(stream)
        [stored] = scene.connection.execute(select(CONTACT)).mappings().all()
        assert dict(stored) == row
        assert scene.shown() == scene.central.clients
        assert _asides(scene) == 0


def test_an_open_effect_does_not_bring_back_who_was_handed_over() -> None:
    """The former manager's own desk: his command is still open when the client leaves."""
    with a_scene() as scene:
        scene.central.put("C1", "M001")
        scene.pull("M001")
        command = LogContact("K1", "C1", "phone", "out", "谈了减仓", "2023-02-02T10:00:00")
        draft = Envelope("cmd-1", "B1", "M001", "M001", "d", 0, "C1", 0, "2023-02-01", command)
        add_command(scene.connection, draft)
        scene.central.put("C1", "M002")
        scene.pull("M001")
        assert scene.shown() == {}
        answer = a_row("command_answer", command_id="cmd-1", outcome="applied")
        scene.central.logs["M001"].append(Line(3, "command_answer", answer))
        scene.pull("M001")
        assert scene.connection.execute(select(CONTACT)).all() == []


def test_every_synced_row_has_a_version_to_be_told_apart_by() -> None:
    assert [table.name for table in SYNCED if "version" not in table.columns] == []
