"""A copy comes whole over a line that breaks: the rest of it, or another one, never a half."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import pytest

from app.commands.chaos.stage.wire import Wire, wire_to_port
from models.errors import ExpectedFailure
from models.files.kinds import ExportContent
from services.central.audit import prove_audit
from services.desk.files.exporting import ExportAsk, Exports
from services.desk.service.service_desk import ServiceDesk
from services.desk.sync.hub_client import SignInFacts
from services.desk.sync.line import Begun, open_line
from tests.services.desk.files.test_importing import approve_next
from tests.services.desk.sync.test_whole_circle import linked, working
from tests.support.desk_data import FakeClock, open_desk
from tests.support.hub_desk import running_hub
from tests.support.service_work import Firm, open_firm
from tests.support.trusting import PLAIN
from tests.support.waiting import until

PART = 600  # the whole copy is some 4 KB
SOME_PARTS = 3_000  # bytes on the wire with which a sign-in and some parts come, not all
COPIES = "SELECT mark, file_hash, taken_at <> '' FROM export_copy ORDER BY begun_at"


@dataclass(frozen=True, slots=True)
class Bench:
    """A desk with an approved export, a hub and the wire between them."""

    firm: Firm
    service: ServiceDesk
    exports: Exports
    number: str
    wire: Wire
    facts: SignInFacts
    url: str


async def mend_after(wire: Wire, *cuts: int) -> None:
    """Cut the wire after so many bytes, within a message, and mend it, one time after the other."""
    for size in cuts:
        wire.cut_after(size)
        await until(lambda: not wire.accepts)
        await wire.mend()


@pytest.fixture
async def bench(demo_central: str, tmp_path: Path) -> AsyncIterator[Bench]:
    async with (
        open_firm(demo_central) as firm,
        open_desk(tmp_path, "B001") as desk,
        running_hub(demo_central) as port,
        working(demo_central),
        linked(desk, port),
        wired(port) as wire,
    ):
        facts = SignInFacts((f"ws://127.0.0.1:{wire.port}",), "M001", "demo", "desk-1", trust=PLAIN)
        service = ServiceDesk(store=desk.store, outbox=desk.outbox, clock=FakeClock())
        exports = Exports(service, facts, 2 * PART)
        number = await exports.ask(ExportAsk(content=ExportContent.CLIENTS, reason="回访"))
        await approve_next(firm)
        yield Bench(firm, service, exports, number, wire, facts, demo_central)


@asynccontextmanager
async def wired(port: int) -> AsyncIterator[Wire]:
    wire = wire_to_port(port)
    await wire.mend()
    try:
        yield wire
    finally:
        await wire.cut()


async def test_a_copy_goes_on_where_the_line_broke(bench: Bench) -> None:
    seen: list[int] = []
    mending = asyncio.create_task(mend_after(bench.wire, SOME_PARTS, SOME_PARTS))
    copy = await bench.exports.fetch(bench.number, "a.csv", lambda done, _: seen.append(done))
    await mending
    assert sha256(copy.raw).hexdigest() == copy.file_hash and copy.mark.encode() in copy.raw
    assert await bench.firm.ask(COPIES) == [(copy.mark, copy.file_hash, True)]
    assert seen == sorted(set(seen)) and seen[-1] == len(copy.raw)  # no byte came twice
    assert (await prove_audit(bench.firm.engine)).is_whole


async def test_where_the_hub_has_it_no_more_another_copy_is_begun(bench: Bench) -> None:
    seen: list[int] = []
    bench.wire.cut_after(SOME_PARTS)  # and it stays away
    async with running_hub(bench.url) as other:
        both = replace(bench.facts, urls=(*bench.facts.urls, f"ws://127.0.0.1:{other}"))
        exports = Exports(bench.service, both, 2 * PART)
        copy = await exports.fetch(bench.number, "a.csv", lambda done, _: seen.append(done))
    assert sha256(copy.raw).hexdigest() == copy.file_hash
    first, second = await bench.firm.ask(COPIES)
    assert (first[2], second) == (False, (copy.mark, copy.file_hash, True))
    assert seen.count(PART) == 2


async def test_a_line_that_stays_away_ends_it_with_its_reason(bench: Bench) -> None:
    exports = Exports(bench.service, bench.facts, 2 * PART, patience_s=0.3)
    bench.wire.cut_after(SOME_PARTS)
    with pytest.raises(ExpectedFailure) as failure:
        await exports.fetch(bench.number, "a.csv")
    assert failure.value.code == "HUB_REFUSED"
    [(_, _, taken)] = await bench.firm.ask(COPIES)
    assert not taken


async def test_the_rest_of_a_copy_is_its_makers_and_the_end_is_told_once(bench: Bench) -> None:
    address = bench.facts.address()
    async with open_line(address, PLAIN, lambda _: None, 2 * PART) as line:
        await line.sign_in(bench.facts.ask())
        first = await anext(line.export(bench.number, "a.csv", PART))
    begun = Begun(first.export_id, len(first.raw))
    other = replace(bench.facts, staff_id="BM01")
    for facts, wanted in (
        (other, (bench.number, begun)),
        (bench.facts, ("another", begun)),
        (bench.facts, (bench.number, replace(begun, export_id="unknown"))),
    ):
        async with open_line(address, PLAIN, lambda _: None, 2 * PART) as line:
            await line.sign_in(facts.ask())
            with pytest.raises(ExpectedFailure) as failure:
                await anext(line.export(wanted[0], "a.csv", PART, wanted[1]))
            assert failure.value.code == "EXPORT_GONE"
    async with open_line(address, PLAIN, lambda _: None, 2 * PART) as line:
        await line.sign_in(bench.facts.ask())
        parts = [part.raw async for part in line.export(bench.number, "a.csv", PART, begun)]
        assert sha256(b"".join((first.raw, *parts))).hexdigest() == first.file_hash
        for _ in range(2):  # the answer to the first was lost
            await line.take_export(first.export_id, first.file_hash)
        with pytest.raises(ExpectedFailure) as failure:
            await anext(line.export(bench.number, "a.csv", PART, begun))
        assert failure.value.code == "EXPORT_GONE"
    taken = "SELECT count(*)::int FROM audit_entry WHERE action = 'export.taken'"
    assert await bench.firm.ask(taken) == [(1,)]
