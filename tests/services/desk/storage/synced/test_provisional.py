"""Commands not yet answered lie over central's rows and come off again."""

from pathlib import Path

from sqlalchemy import Connection, func, select

from models.tables.firm import CLIENT, CONTACT, FIRM, TASK
from models.tables.local import OUTBOX, PROVISIONAL_BASE, PROVISIONAL_MARK
from models.trading.order import Fill, Order, OrderState, Side
from models.wire.commands import FinishTask, LogContact, RecordOrder
from models.wire.hub import SnapshotPart
from services.desk.storage.rows import Row, Value, read_row
from services.desk.storage.synced.snapshot import begin_snapshot, finish_snapshot, keep_part
from tests.support.desk_data import Desk, a_client, a_row, open_desk

AT = "2023-02-01T10:00:00.000+08:00"


def a_contact(contact_id: str = "K1") -> LogContact:
    """A call with client C1."""
    return LogContact(contact_id, "C1", "phone", "out", "谈了持仓", AT)


def an_order(state: OrderState, filled: int = 0) -> Order:
    """Order O1 of C1 in some state."""
    return Order(
        "O1", "C1", "A1", "600519.SH", Side.BUY, 500, 100_000, "I1", "M001", AT, state,
        filled=filled, filled_units=filled * 100_000,
    )  # fmt: skip


async def value(desk: Desk, table: str, key: Row, column: str) -> Value:
    """One stored value; None where the row is absent."""
    row = await desk.store.read(lambda c: read_row(c, FIRM.tables[table], key))
    return row[column] if row else None


async def order_state(desk: Desk) -> Value:
    """State of order O1."""
    return await value(desk, "trade_order", {"branch_id": "B1", "client_order_id": "O1"}, "state")


async def last_contact(desk: Desk) -> Value:
    """When C1 was last spoken to."""
    return await value(desk, "client", {"branch_id": "B1", "client_id": "C1"}, "last_contact_at")


async def left_open(desk: Desk) -> tuple[int, ...]:
    """Rows in outbox, marks and bases."""

    def count(connection: Connection) -> tuple[int, ...]:
        return tuple(
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (OUTBOX, PROVISIONAL_MARK, PROVISIONAL_BASE)
        )

    return await desk.store.read(count)


def answer(command_id: str, outcome: str) -> tuple[str, Row]:
    """Central's answer to a command."""
    return "command_answer", a_row("command_answer", command_id=command_id, outcome=outcome)


async def test_contact_is_seen_at_once_and_marked(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await desk.receive(("client", a_client("C1")))
        await desk.outbox.add(a_contact(), "C1")
        assert await last_contact(desk) == AT
        assert await left_open(desk) == (1, 2, 2)
        assert desk.board.status().outbox == 1


async def test_refused_contact_goes_without_a_trace(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await desk.receive(("client", a_client("C1", last_contact_at="2023-01-01")))
        command_id = await desk.outbox.add(a_contact(), "C1")
        await desk.receive(answer(command_id, "refused"), after=1)
        assert await last_contact(desk) == "2023-01-01"
        assert not await desk.store.read(lambda c: c.execute(select(CONTACT)).all())
        assert await left_open(desk) == (0, 0, 0)


async def test_applied_contact_stays(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await desk.receive(("client", a_client("C1")))
        command_id = await desk.outbox.add(a_contact(), "C1")
        stored = a_row("contact", contact_id="K1", client_id="C1", summary="谈了持仓")
        await desk.receive(("contact", stored), answer(command_id, "applied"), after=1)
        assert await left_open(desk) == (0, 0, 0)
        assert await desk.store.read(lambda c: len(c.execute(select(CONTACT)).all())) == 1


async def test_row_from_central_keeps_the_open_effect_over_it(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await desk.receive(("client", a_client("C1", "旧名")))
        command_id = await desk.outbox.add(a_contact(), "C1")
        await desk.receive(("client", a_client("C1", "新名", last_contact_at="2022")), after=1)
        key: Row = {"branch_id": "B1", "client_id": "C1"}
        assert await value(desk, "client", key, "name") == "新名"
        assert await last_contact(desk) == AT
        await desk.receive(answer(command_id, "refused"), after=2)
        assert await last_contact(desk) == "2022"


async def test_refusing_one_of_two_keeps_the_other(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await desk.receive(("task", a_row("task", task_id="T1", state="open")))
        first = await desk.outbox.add(FinishTask("T1", "done", "甲"), "C1")
        second = await desk.outbox.add(FinishTask("T1", "dismissed", "乙"), "C1")
        key: Row = {"branch_id": "B1", "task_id": "T1"}
        await desk.receive(answer(first, "refused"), after=1)
        assert await value(desk, "task", key, "note") == "乙"
        await desk.receive(answer(second, "refused"), after=2)
        assert await value(desk, "task", key, "state") == "open"


async def test_older_order_state_from_central_does_not_hide_the_newer(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await desk.receive(("client", a_client("C1")))
        first = await desk.outbox.add(RecordOrder("L", 1, an_order(OrderState.SENT)), "C1")
        fill = Fill("F1", "O1", 100_000, 500, AT)
        filled = RecordOrder("L", 2, an_order(OrderState.FILLED, 500), fill)
        await desk.outbox.add(filled, "C1")
        older = a_row("trade_order", client_order_id="O1", client_id="C1", state="sent")
        await desk.receive(("trade_order", older), answer(first, "applied"), after=1)
        assert await order_state(desk) == "filled"


async def test_refused_record_of_an_order_does_not_undo_what_happened(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await desk.receive(("client", a_client("C1")))
        command = await desk.outbox.add(RecordOrder("L", 1, an_order(OrderState.SENT)), "C1")
        await desk.receive(answer(command, "refused"), after=1)
        assert await order_state(desk) == "sent"


async def test_resync_keeps_open_effects_and_their_way_back(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await desk.receive(("client", a_client("C1", last_contact_at="2021")))
        command = await desk.outbox.add(a_contact(), "C1")
        fresh = a_client("C1", last_contact_at="2022")
        whole = SnapshotPart(1, "M001", "client", (fresh,), 1, 1, 9, True)
        await desk.store.write(begin_snapshot)
        await desk.store.write(lambda c: keep_part(c, whole))
        await desk.store.write(lambda c: finish_snapshot(c, whole))
        assert await last_contact(desk) == AT
        await desk.receive(answer(command, "refused"), after=9)
        assert await last_contact(desk) == "2022"


async def test_resync_of_another_stream_keeps_the_way_back(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await desk.receive(("client", a_client("C1", last_contact_at="2021")))
        command = await desk.outbox.add(a_contact(), "C1")
        empty = SnapshotPart(1, "*", "", (), 0, 0, 0, True)
        await desk.store.write(begin_snapshot)
        await desk.store.write(lambda c: finish_snapshot(c, empty))
        await desk.receive(answer(command, "refused"), after=1)
        assert await last_contact(desk) == "2021"


async def test_answer_inside_a_snapshot_settles_the_command(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await desk.receive(("client", a_client("C1")))
        command = await desk.outbox.add(a_contact(), "C1")
        table, row = answer(command, "applied")
        whole = SnapshotPart(1, "M001", table, (row,), 1, 1, 9, True)
        await desk.store.write(begin_snapshot)
        await desk.store.write(lambda c: keep_part(c, whole))
        await desk.store.write(lambda c: finish_snapshot(c, whole))
        assert await left_open(desk) == (0, 0, 0)


async def test_finishing_an_unknown_task_changes_nothing_here(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await desk.outbox.add(FinishTask("T9", "done", ""), "C1")
        assert not await desk.store.read(lambda c: c.execute(select(TASK)).all())
        assert not await desk.store.read(lambda c: c.execute(select(CLIENT)).all())


async def test_sequence_numbers_are_never_given_twice(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        first = await desk.outbox.add(a_contact("K1"), "C1")
        await desk.receive(answer(first, "applied"))
        await desk.outbox.add(a_contact("K2"), "C1")
        assert await desk.store.read(lambda c: c.execute(select(OUTBOX.c.sequence)).scalar()) == 2
