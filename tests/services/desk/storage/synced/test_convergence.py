"""Whatever happens in whatever order: in the end the desk shows exactly what central has."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, func, select
from sqlcipher3 import dbapi2

from models.money import amount_cents
from models.tables.firm import FIRM
from models.tables.local import OUTBOX, PROVISIONAL_BASE, PROVISIONAL_MARK
from models.trading.order import Fill, Order, OrderState, Side
from models.wire.commands import Command, Envelope, FinishTask, LogContact, RecordOrder
from models.wire.hub import SnapshotPart
from services.desk.storage.outbox_rows import add_command
from services.desk.storage.rows import Row, complete, key_of, row_text
from services.desk.storage.schema import prepare_schema
from services.desk.storage.synced.changes import apply_changes, read_cursor
from services.desk.storage.synced.provisional import open_envelopes
from services.desk.storage.synced.snapshot import begin_snapshot, finish_snapshot, keep_part
from tests.support.desk_data import a_client, a_row
from tests.support.log_lines import Line, page

TASKS = ("T1", "T2")
FEE_CENTS = 5_00
SHOWN = ("client", "contact", "task", "trade_order", "trade_fill", "holding", "account")
Key = tuple[str, str]


@dataclass
class Central:
    """A small central: applies commands in order, logs every row it changes."""

    rows: dict[Key, Row] = field(default_factory=dict)
    log: list[Line] = field(default_factory=list)
    inbox: list[Envelope] = field(default_factory=list)

    def put(self, table: str, row: Row) -> None:
        """Write one row."""
        whole = complete(FIRM.tables[table], row)
        self.rows[(table, row_text(key_of(FIRM.tables[table], whole)))] = whole
        self.log.append(Line(len(self.log) + 1, table, whole))

    def find(self, table: str, **key: str) -> Row:
        """Read one row."""
        return self.rows[(table, row_text({"branch_id": "B1"} | key))]

    def work(self, *, refuse: bool) -> None:
        """Answer the oldest command; rows and answer are logged together."""
        if not self.inbox:
            return
        envelope = self.inbox.pop(0)
        refused = refuse or not self._apply(envelope.command)
        outcome = "refused" if refused else "applied"
        row = a_row("command_answer", command_id=envelope.command_id, outcome=outcome)
        self.put("command_answer", row)

    def _apply(self, command: Command) -> bool:
        match command:
            case FinishTask():
                task = self.find("task", task_id=command.task_id)
                if task["state"] != "open":
                    return False
                self.put("task", task | {"state": command.state, "note": command.note})
            case LogContact():
                client = self.find("client", client_id="C1")
                contact = a_row("contact", contact_id=command.contact_id, client_id="C1")
                self.put("contact", contact | {"summary": command.summary, "by_staff": "M001"})
                if str(client["last_contact_at"]) < command.happened_at:
                    self.put("client", client | {"last_contact_at": command.happened_at})
            case RecordOrder():
                self._trade(command)
        return True

    def _trade(self, command: RecordOrder) -> None:
        order, fill = command.order, command.fill
        assert fill is not None
        row = a_row("trade_order", client_order_id=order.client_order_id, client_id="C1")
        self.put("trade_order", row | {"filled": order.filled, "commission_cents": FEE_CENTS})
        self.put("trade_fill", a_row("trade_fill", fill_id=fill.fill_id, client_id="C1"))
        paid = amount_cents(fill.price_units, fill.quantity) + FEE_CENTS
        held = self.find("holding", account="A1", symbol="S")
        more = {"quantity": int(held["quantity"] or 0) + fill.quantity}
        self.put("holding", held | more | {"cost_cents": int(held["cost_cents"] or 0) + paid})
        account = self.find("account", account="A1")
        self.put("account", account | {"cash_cents": int(account["cash_cents"] or 0) - paid})


@dataclass
class Scene:
    """A desk's store and the central it talks to."""

    connection: Connection
    central: Central
    made: int = 0

    def command(self, command: Command) -> None:
        """Do something on the desk; it is pushed at once."""
        self.made += 1
        draft = Envelope(
            f"cmd-{self.made}", "B1", "M001", "M001", "d", 0, "C1", 0, "2023-02-01", command
        )
        add_command(self.connection, draft)
        self.central.inbox.append(open_envelopes(self.connection)[-1])

    def pull(self, limit: int) -> None:
        """Fetch at most ``limit`` changes."""
        after = read_cursor(self.connection, "M001") or 0
        lines = self.central.log[after : after + limit]
        apply_changes(self.connection, page(lines, after=after, last=len(self.central.log)))

    def resync(self) -> None:
        """Fetch everything anew."""
        begin_snapshot(self.connection)
        last = SnapshotPart(1, "M001", "", (), 0, 0, len(self.central.log), True)
        for (table, _), row in self.central.rows.items():
            keep_part(self.connection, SnapshotPart(1, "M001", table, (row,), 0, 0, 0, False))
        finish_snapshot(self.connection, last)

    def shown(self) -> dict[Key, Row]:
        """The rows as the desk shows them."""
        found: dict[Key, Row] = {}
        for name in SHOWN:
            table = FIRM.tables[name]
            for row in self.connection.execute(select(table)).mappings():
                found[(name, row_text(key_of(table, dict(row))))] = dict(row)
        return found

    def do(self, step: str) -> None:
        """One step by its name."""
        number = self.made + 1
        match step.split():
            case ["finish", task]:
                self.command(FinishTask(task, "done", f"note {number}"))
            case ["contact"]:
                at = f"2023-02-01T{number:06d}"
                self.command(LogContact(f"K{number}", "C1", "phone", "out", "x", at))
            case ["trade"]:
                self.command(a_trade(number))
            case ["work"]:
                self.central.work(refuse=False)
            case ["refuse"]:
                self.central.work(refuse=True)
            case ["rename"]:
                client = self.central.find("client", client_id="C1")
                self.central.put("client", client | {"name": f"名{len(self.central.log)}"})
            case ["pull", limit]:
                self.pull(int(limit))
            case ["resync"]:
                self.resync()


def a_trade(number: int) -> RecordOrder:
    """100 more shares at 10.00."""
    order = Order(
        f"O{number}", "C1", "A1", "S", Side.BUY, 100, 100_000, "I", "M001", "2023-02-01",
        OrderState.FILLED, filled=100,
    )  # fmt: skip
    return RecordOrder(
        "L", number, order, Fill(f"F{number}", order.client_order_id, 100_000, 100, "")
    )


@contextmanager
def a_scene() -> Iterator[Scene]:
    """A client with an account, a holding and two open tasks, known on both sides."""
    engine = create_engine("sqlite+pysqlite://", module=dbapi2)
    with engine.begin() as connection:
        prepare_schema(connection)
        scene = Scene(connection, Central())
        scene.central.put("client", a_client("C1"))
        scene.central.put("account", a_row("account", account="A1", client_id="C1"))
        held = a_row("holding", account="A1", symbol="S", client_id="C1", quantity=1_000)
        scene.central.put("holding", held)
        for task in TASKS:
            scene.central.put("task", a_row("task", task_id=task, client_id="C1", state="open"))
        scene.pull(100)
        yield scene
    engine.dispose()


STEPS = st.sampled_from(
    ["finish T1", "finish T2", "contact", "trade", "work", "work", "refuse", "rename",
     "pull 1", "pull 3", "pull 99", "resync"]
)  # fmt: skip


@settings(deadline=None, max_examples=150)
@given(st.lists(STEPS, max_size=25))
def test_desk_ends_with_exactly_what_central_has(steps: list[str]) -> None:
    with a_scene() as scene:
        for step in steps:
            scene.do(step)
        while scene.central.inbox:
            scene.central.work(refuse=False)
        scene.pull(10_000)
        told = {key: row for key, row in scene.central.rows.items() if key[0] in SHOWN}
        facts = {key for key in scene.shown() if key[0] in ("trade_order", "trade_fill")}
        refused = facts - told.keys()
        assert {k: v for k, v in scene.shown().items() if k not in refused} == told
        for table in (OUTBOX, PROVISIONAL_MARK, PROVISIONAL_BASE):
            query = select(func.count()).select_from(table)
            assert scene.connection.execute(query).scalar_one() == 0, table.name


@settings(deadline=None, max_examples=100)
@given(st.lists(STEPS, max_size=25))
def test_open_command_is_always_seen(steps: list[str]) -> None:
    with a_scene() as scene:
        for step in steps:
            scene.do(step)
            shown = scene.shown()
            for envelope in open_envelopes(scene.connection):
                if isinstance(envelope.command, LogContact):
                    key = {"branch_id": "B1", "contact_id": envelope.command.contact_id}
                    assert ("contact", row_text(key)) in shown
                if isinstance(envelope.command, RecordOrder):
                    name = envelope.command.order.client_order_id
                    key = {"branch_id": "B1", "client_order_id": name}
                    assert ("trade_order", row_text(key)) in shown
