"""A desk without a window: real store, outbox and hub client, told what to do on standard input."""

import asyncio
import sys
from contextlib import closing
from pathlib import Path

import msgspec
from sqlalchemy import Connection, Table, delete, func, select

from app.commands.chaos.stage.old_store import vault_of
from app.commands.chaos.talk import (
    Ask,
    BackUp,
    Do,
    Done,
    Event,
    Forget,
    Picture,
    Replay,
    Report,
    line_of,
)
from models.errors import ExpectedFailure
from models.tables.firm import SYNCED
from models.tables.local import (
    CURSOR,
    PROVISIONAL_BASE,
    PROVISIONAL_MARK,
    ROW_ASIDE,
    SEARCH_STALE,
)
from services.central.demo.cast import PASSPHRASE
from services.clock.clock import Clock
from services.desk.board.board import DeskBoard
from services.desk.board.changes import DeskChanges
from services.desk.storage.file.backup import BackupSource, back_up, open_alone
from services.desk.storage.file.cipher import CipherFile
from services.desk.storage.file.place import StorePlace
from services.desk.storage.outbox_rows import mark_all_waiting
from services.desk.storage.schema import STAGED
from services.desk.storage.store import LocalStore, open_store
from services.desk.storage.synced.provisional import open_envelopes
from services.desk.sync.hub_client import HubClient, SignInFacts
from services.desk.sync.order_store import OrderStore
from services.desk.sync.outbox import Author, Outbox
from services.link.backoff import Backoff

_PERIOD_S = 3.0
_MOST_BYTES = 1 << 20
_AGAIN_S = 0.5
_NO_ROOM = frozenset({"STORE_FULL", "STORE_IO"})

_asks = msgspec.json.Decoder(Ask)


class HeadlessDesk:
    """What stands around one store; ``serve`` until standard input ends."""

    def __init__(
        self,
        store: LocalStore,
        place: StorePlace,
        facts: SignInFacts,
        branch_id: str,
        clock: Clock,
    ) -> None:
        self._store = store
        self._place = place
        changes = DeskChanges()
        board = DeskBoard(changes)
        author = Author(facts.staff_id, branch_id, facts.desk)
        self._outbox = Outbox(store=store, author=author, clock=clock, changes=changes, board=board)
        self._orders = OrderStore(store=store, outbox=self._outbox, clock=clock)
        self._client = HubClient(
            facts=facts,
            store=store,
            outbox=self._outbox,
            changes=changes,
            board=board,
            backoff=Backoff(most_s=1.0),
            period_s=_PERIOD_S,
        )

    async def serve(self) -> None:
        """Keep the line to the hub up and do what is asked, one thing after the other."""
        async with asyncio.TaskGroup() as tasks:
            line = tasks.create_task(self._client.run())
            await self._listen()
            line.cancel()

    async def _listen(self) -> None:
        reader = asyncio.StreamReader(_MOST_BYTES)
        protocol = asyncio.StreamReaderProtocol(reader)
        await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
        _, number = await self._orders.last_event()
        _say(Done(0, last_event=number))
        while raw := await reader.readline():
            ask = _asks.decode(raw)
            try:
                command_id = await self._do(ask)
            except ExpectedFailure as failure:
                _say(Done(ask.number, code=failure.code))
            else:
                _say(Done(ask.number, command_id))

    async def _do(self, ask: Ask) -> str:
        match ask:
            case Do():
                return await self._outbox.add(ask.command, ask.key, ask.expected_version)
            case Event():
                await self._store_event(ask)
            case Replay():
                await self._store.write(mark_all_waiting)
                self._outbox.bell.set()
            case Forget():
                await self._store.write(_forget_cursors)
                self._outbox.bell.set()
            case Report():
                picture = await self._store.read(take_picture)
                fault = await asyncio.to_thread(_fault_of, self._place)
                picture = msgspec.structs.replace(picture, fault=fault)
                Path(ask.file).write_bytes(msgspec.json.encode(picture))
            case BackUp():
                await asyncio.to_thread(_back_up, self._place, Path(ask.file))
        return ""

    async def _store_event(self, ask: Event) -> None:
        """As the ledger's client does: a number that does not follow ends the line."""
        _, last = await self._orders.last_event()
        if ask.event.number > last + 1:
            raise ExpectedFailure("引擎事件编号有缺口", "正在重新取回", "LEDGER_GAP")
        await self._orders.store_event(ask.ledger, ask.event)


async def run_desk(folder: Path, facts: SignInFacts, branch_id: str, clock: Clock) -> None:
    """Open the store in ``folder`` and serve."""
    folder.mkdir(parents=True, exist_ok=True)
    place = StorePlace(folder, facts.staff_id)
    store = await _open(place, facts.passphrase)
    try:
        await HeadlessDesk(store, place, facts, branch_id, clock).serve()
    finally:
        await store.close()


async def _open(place: StorePlace, passphrase: str) -> LocalStore:
    """Open the store as soon as there is room for it, as a person would try again."""
    while True:
        try:
            return await open_store(place, vault_of(place), passphrase)
        except ExpectedFailure as failure:
            if failure.code not in _NO_ROOM:
                raise
        await asyncio.sleep(_AGAIN_S)


def take_picture(connection: Connection) -> Picture:
    """Return everything that the store holds of central."""
    cursors = connection.execute(select(CURSOR.c.stream, CURSOR.c.number)).all()
    rows = {
        table.name: tuple(
            dict(row)
            for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()
        )
        for table in SYNCED
    }
    unanswered = tuple(one.command_id for one in open_envelopes(connection))
    counted = (PROVISIONAL_MARK, PROVISIONAL_BASE, ROW_ASIDE, SEARCH_STALE, *STAGED.values())
    leftovers = {table.name: _count(connection, table) for table in counted}
    return Picture(
        {row.stream: row.number for row in cursors},
        unanswered,
        rows,
        {name: count for name, count in leftovers.items() if count},
    )


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _fault_of(place: StorePlace) -> str:
    """What SQLite finds wrong with the file, on a connection of its own.

    One that has looked at the search index before takes what others merged since for damage.
    """
    source = CipherFile(place.file, vault_of(place).unlock(PASSPHRASE))
    with closing(open_alone(source)) as connection:
        found = str(connection.execute("PRAGMA integrity_check(1)").fetchone()[0])
    return "" if found == "ok" else found


def _back_up(place: StorePlace, file: Path) -> None:
    vault = vault_of(place)
    source = CipherFile(place.file, vault.unlock(PASSPHRASE))
    back_up(BackupSource(source, vault.record(), place.staff_id, ""), file, lambda *_: None)


def _forget_cursors(connection: Connection) -> None:
    connection.execute(delete(CURSOR))


def _say(done: Done) -> None:
    sys.stdout.buffer.write(line_of(done))
    sys.stdout.buffer.flush()
