"""A desk's imports and exports: tried offline, queued, answered by central, back in the store."""

import asyncio
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import select

from models.errors import ExpectedFailure
from models.files.judged import Outcome
from models.files.kinds import ExportContent, ImportKind
from models.lives.approval import Verdict
from models.tables.files import IMPORT_BATCH
from models.wire.hub import SignedIn
from models.wire.service.approvals import DecideApproval
from services.central.audit import prove_audit
from services.desk.files.exporting import ExportAsk, Exports
from services.desk.files.importing import Imports
from services.desk.service.service_desk import ServiceDesk
from services.desk.storage.outbox_rows import count_waiting
from services.desk.storage.queries.entries import read_entries
from services.desk.sync.hub_client import SignInFacts
from services.desk.sync.line import open_line
from tests.services.desk.sync.test_whole_circle import linked, stored, working
from tests.support.central_work import put
from tests.support.desk_data import Desk, FakeClock, a_client, a_row, open_desk
from tests.support.hub_desk import running_hub
from tests.support.postgres import MANAGER_CLIENTS
from tests.support.service_work import Firm, open_firm
from tests.support.trusting import PLAIN
from tests.support.waiting import DEADLINE_S

PERSON = SignedIn("B001", "M001", "林晓岚", "manager", ("M001", "*"), "postgresql", "18")
PENDING = "SELECT approval_id FROM approval WHERE state = 'pending'"
HEAD = "客户号,姓名,手机"


def imports_of(desk: Desk) -> Imports:
    return Imports(store=desk.store, outbox=desk.outbox, clock=FakeClock(), person=PERSON)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path) as desk:
        yield desk


async def test_a_preview_tells_each_row_and_changes_nothing(desk: Desk) -> None:
    await desk.receive(("client", a_client("C1")))
    raw = f"{HEAD}\nC1,张三,13812345678\nC1,李四,13812345678\nN1,王五,1\nN2,赵六,13800000002\n"
    shown = await imports_of(desk).preview(ImportKind.CLIENTS, "f.csv", raw.encode())
    assert [(one.row, one.outcome, one.reason) for one in shown.rows] == [
        (2, Outcome.KNOWN, ""),
        (3, Outcome.REJECTED, "TWICE_IN_FILE"),
        (4, Outcome.REJECTED, "MOBILE_FORMAT"),
        (5, Outcome.NEW, ""),
    ]
    assert await desk.store.read(count_waiting) == 0
    assert await imports_of(desk).imports() == ()


async def test_a_file_is_queued_offline_and_shown_as_not_yet_judged(desk: Desk) -> None:
    imports = imports_of(desk)
    raw = "编码,姓名,手机\nN1,王五,13800000001\n".encode()
    shown = await imports.preview(ImportKind.CLIENTS, "f.csv", raw, mapping={"编码": "client_no"})
    import_id = await imports.send(shown)
    assert await desk.store.read(count_waiting) == 2
    [line] = await imports.imports()
    assert (line.import_id, line.name, line.state) == (import_id, "f.csv", "")
    remembered = await imports.preview(ImportKind.CLIENTS, "g.csv", raw)
    assert remembered.counts.added == 1


async def test_a_file_that_brings_nothing_is_not_sent(desk: Desk) -> None:
    await desk.receive(("client", a_client("C1")))
    imports = imports_of(desk)
    shown = await imports.preview(
        ImportKind.CLIENTS, "f", f"{HEAD}\nC1,张三,13812345678\n".encode()
    )
    with pytest.raises(ExpectedFailure) as failure:
        await imports.send(shown)
    assert failure.value.code == "IMPORT_NOTHING"
    with pytest.raises(ExpectedFailure) as failure:
        await imports.undo("I", " ")
    assert failure.value.code == "REASON_MISSING"


async def test_a_statement_is_tried_on_the_desks_own_rows(desk: Desk) -> None:
    await desk.receive(
        ("client", a_client("C1")),
        ("account", a_row("account", account="A1", client_id="C1", cash_cents=100)),
        ("trade_order", a_row("trade_order", client_order_id="O", client_id="C1", account="A1")),
        ("trade_fill", a_row("trade_fill", fill_id="F", client_id="C1", client_order_id="O",
                             filled_at="2023-02-01T10")),
    )  # fmt: skip
    raw = "资金账号,资金余额\nA1,1.00\nA2,1.00\n".encode()
    shown = await imports_of(desk).preview(ImportKind.CASH, "f", raw)
    assert [(one.outcome, one.reason) for one in shown.rows] == [
        (Outcome.KNOWN, ""),
        (Outcome.REJECTED, "ACCOUNT_UNKNOWN"),
    ]
    old = await imports_of(desk).preview(ImportKind.CASH, "f", raw, day="2023-01-31")
    assert old.rows[0].reason == "STATEMENT_OLD"


async def approve_next(firm: Firm) -> None:
    """Wait for what is asked for at central, and have the running worker agree to it."""
    async with asyncio.timeout(DEADLINE_S):
        while not (asked := await firm.ask(PENDING)):
            await asyncio.sleep(0.02)
        command = DecideApproval(str(asked[0][0]), Verdict.APPROVE, "已核对")
        sent = firm.enclose(command, "BM01", key="decide")
        await put(firm.engine, [sent])
        while await firm.ask(PENDING):
            await asyncio.sleep(0.02)
    assert await firm.code(sent) == "applied"


async def state_reached(desk: Desk, state: str) -> None:
    """Wait until the desk's store says so of its one import."""
    query = select(IMPORT_BATCH.c.state)
    await stored(desk, lambda c: c.execute(query).scalars().all() == [state])


async def test_from_the_desk_to_central_and_back(demo_central: str, tmp_path: Path) -> None:
    raw = f"{HEAD}\nN1,王五,13800000001\nN2,赵六,13800000002\n".encode()
    async with open_firm(demo_central) as firm, open_desk(tmp_path, "B001") as desk:
        imports = imports_of(desk)
        import_id = await imports.send(await imports.preview(ImportKind.CLIENTS, "f.csv", raw))
        async with running_hub(demo_central) as port, working(demo_central), linked(desk, port):
            await state_reached(desk, "pending")
            await approve_next(firm)
            await state_reached(desk, "applied")
            assert {"N1", "N2"} <= set(await desk.store.read(read_entries))
            await imports.undo(import_id, "导错文件")
            await approve_next(firm)
            await state_reached(desk, "undone")
            assert not {"N1", "N2"} & set(await desk.store.read(read_entries))


async def test_an_approved_export_is_fetched_from_central(
    demo_central: str, tmp_path: Path
) -> None:
    async with (
        open_firm(demo_central) as firm,
        open_desk(tmp_path, "B001") as desk,
        running_hub(demo_central) as port,
        working(demo_central),
        linked(desk, port),
    ):
        address = f"ws://127.0.0.1:{port}"
        facts = SignInFacts((address,), "M001", "demo", "desk-1", trust=PLAIN)
        service = ServiceDesk(store=desk.store, outbox=desk.outbox, clock=FakeClock())
        exports = Exports(service, facts)
        number = await exports.ask(ExportAsk(content=ExportContent.CLIENTS, reason="回访"))
        with pytest.raises(ExpectedFailure) as failure:
            await exports.fetch(number, "a.csv")
        assert failure.value.code == "EXPORT_NOT_APPROVED"
        await approve_next(firm)
        copy = await exports.fetch(number, "a.csv")
        assert copy.rows == MANAGER_CLIENTS and copy.mark.encode() in copy.raw
        assert await firm.ask("SELECT file_hash FROM export_copy") == [(copy.file_hash,)]


async def test_a_copy_beyond_the_limit_of_a_message_comes_in_parts(
    demo_central: str, tmp_path: Path
) -> None:
    async with (
        open_firm(demo_central) as firm,
        open_desk(tmp_path, "B001") as desk,
        running_hub(demo_central) as port,
        working(demo_central),
        linked(desk, port),
    ):
        facts = SignInFacts((f"ws://127.0.0.1:{port}",), "M001", "demo", "desk-1", trust=PLAIN)
        service = ServiceDesk(store=desk.store, outbox=desk.outbox, clock=FakeClock())
        plain = Exports(service, facts)
        number = await plain.ask(ExportAsk(content=ExportContent.CLIENTS, reason="回访"))
        await approve_next(firm)
        limit = len((await plain.fetch(number, "a.csv")).raw) // 3
        seen: list[tuple[int, int]] = []
        copy = await Exports(service, facts, limit).fetch(
            number, "a.csv", lambda done, size: seen.append((done, size))
        )
        assert len(copy.raw) > 2 * limit and sha256(copy.raw).hexdigest() == copy.file_hash
        assert len(seen) > 5 and seen[-1] == (len(copy.raw), len(copy.raw)) == max(seen)
        async with open_line(facts.address(), PLAIN, lambda _: None, limit) as line:
            await line.sign_in(facts.ask())
            with pytest.raises(ExpectedFailure):  # whole in one message it would be too large
                await anext(line.export(number, "a.csv", 10 * limit))
        async with open_line(facts.address(), PLAIN, lambda _: None, limit) as line:
            await line.sign_in(facts.ask())
            left = await anext(line.export(number, "a.csv", limit // 2))
            with pytest.raises(ExpectedFailure) as failure:
                await line.take_export(left.export_id, "0" * 64)
            assert failure.value.code == "EXPORT_NOT_LOGGED"
        copies = await firm.ask("SELECT mark, taken_at <> '' FROM export_copy ORDER BY begun_at")
        assert sorted(bool(taken) for _, taken in copies) == [False, False, True, True]
        assert (left.mark, False) in copies and (copy.mark, True) in copies
        told = "SELECT action FROM audit_entry WHERE command_id = $1 ORDER BY number"
        assert await firm.ask(told, left.export_id) == [("export.begin",), ("export",)]
        [(finished,)] = await firm.ask(
            "SELECT export_id FROM export_copy WHERE mark = $1", copy.mark
        )
        assert await firm.ask(told, finished) == [
            ("export.begin",),
            ("export",),
            ("export.taken",),
        ]
        assert (await prove_audit(firm.engine)).is_whole
