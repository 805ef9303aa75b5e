"""A desk that writes for ever until it is killed: run as a process of its own by crash tests."""

import asyncio
import sys
from pathlib import Path

from models.trading.order import Fill, Order, OrderState, Side
from models.wire.hub import SnapshotPart
from models.wire.ledger import OrderChanged
from services.desk.storage.rows import read_setting, write_setting
from services.desk.storage.synced.changes import read_cursor
from services.desk.storage.synced.snapshot import begin_snapshot, finish_snapshot, keep_part
from services.desk.sync.order_store import OrderStore
from tests.support.desk_data import Desk, a_client, open_desk

CLIENTS = 40
BATCH_ROWS = 25
AT = "2023-02-01T10:00:00.000+08:00"


def client_of(number: int) -> dict[str, str | int | bool | None]:
    """The row that change ``number`` makes: points and mobile carry its number."""
    return a_client(f"C{number % CLIENTS:02d}", points_milli=number, mobile=f"139{number:08d}")


async def write_batches(desk: Desk) -> None:
    """Apply batch after batch behind the cursor."""
    while True:
        after = await desk.store.read(lambda c: read_cursor(c, "M001")) or 0
        rows = [("client", client_of(after + place)) for place in range(1, BATCH_ROWS + 1)]
        await desk.receive(*rows, after=after)
        _say(after)


async def write_snapshots(desk: Desk) -> None:
    """Fetch the stream anew again and again; every snapshot carries its cursor in all its rows."""
    while True:
        cursor = (await desk.store.read(lambda c: read_cursor(c, "M001")) or 0) + 1
        rows = tuple(a_client(f"C{n:02d}", points_milli=cursor) for n in range(CLIENTS))
        part = SnapshotPart(1, "M001", "client", rows, CLIENTS, CLIENTS, cursor, True)
        await desk.store.write_batch(begin_snapshot)
        await desk.store.write_batch(lambda c, part=part: keep_part(c, part))  # type: ignore[misc]
        await desk.store.write(lambda c, part=part: finish_snapshot(c, part))  # type: ignore[misc]
        _say(cursor)


async def write_events(desk: Desk) -> None:
    """Store event after event of one order that trades one share a step."""
    store = OrderStore(store=desk.store, outbox=desk.outbox, clock=desk.clock)
    while True:
        number = (await store.last_event())[1] + 1
        order = Order(
            "O1", "C01", "A1", "600519.SH", Side.BUY, 10**9, 100_000, "I1", "M001", AT,
            OrderState.PARTLY_FILLED, filled=number, filled_units=number * 100_000,
        )  # fmt: skip
        fill = Fill(f"F{number}", "O1", 100_000, 1, AT)
        await store.store_event("L1", OrderChanged(number, AT, order, fill))
        _say(number)


async def write_settings(desk: Desk) -> None:
    """Store number after number; each is told only after it was committed to last."""
    number = int(await desk.store.read(lambda c: read_setting(c, "number")) or 0)
    while True:
        number += 1
        text = str(number)
        await desk.store.write(lambda c, text=text: write_setting(c, "number", text))  # type: ignore[misc]
        _say(number)


WORK = {
    "settings": write_settings,
    "batches": write_batches,
    "snapshots": write_snapshots,
    "events": write_events,
}


async def main(folder: Path, work: str) -> None:
    """Work until killed."""
    async with open_desk(folder) as desk:
        await WORK[work](desk)


def _say(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
