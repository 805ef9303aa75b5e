"""What a person does passes one door: judged by this desk's rows, queued, shown as pending."""

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from models.errors import ExpectedFailure
from models.files.kinds import ExportContent
from models.wire.commands import FinishTask, LogContact, ServiceCommand
from models.wire.hub import SignedIn
from models.wire.service.approvals import RequestExport
from models.wire.service.clients import EditContact, RecordRiskTest
from services.desk.service.service_desk import ServiceDesk
from services.desk.storage.outbox_rows import count_waiting
from services.desk.storage.person import keep_person
from services.desk.storage.queries.client_file import read_client_file
from services.desk.storage.rows import Row
from services.desk.storage.synced.provisional import open_envelopes
from services.rules.loader import load_profile
from tests.support.desk_data import Desk, a_client, a_row, open_desk

AT = "2023-02-01T10:00:00.000+08:00"
CONTACT = LogContact("K2", "C1", "phone", "out", "谈了减仓", AT)
PERSON = SignedIn("B1", "M001", "林晓岚", "manager", ("M001", "*"), "postgresql", "18")
REPLACE = msgspec.structs.replace


def setting(name: str, value: object, day: str = "2020-01-01") -> tuple[str, Row]:
    """What the firm has decided, as it comes down."""
    text = msgspec.json.encode(value).decode()
    row = a_row("firm_setting", name=name, value=text, effective_from=day)
    return "firm_setting", row | {"branch_id": "*", "manager_id": "*"}


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """C1 with one contact, an open and a closed task; the demo firm's settings; no certificate."""
    settings = [setting(name, value) for name, value in load_profile(None).document.items()]
    task = a_row("task", task_id="T1", client_id="C1", state="open")
    async with open_desk(tmp_path) as opened:
        await opened.receive(
            ("client", a_client("C1")),
            ("contact", a_row("contact", contact_id="K1", client_id="C1", summary="回访")),
            ("task", task),
            ("task", task | {"task_id": "T2", "state": "done"}),
        )
        await opened.receive(*settings, stream="*")
        await opened.store.write(lambda c: keep_person(c, PERSON))
        yield opened


async def code(desk: Desk, command: ServiceCommand) -> str:
    """Why it is refused; "" = it is queued."""
    service = ServiceDesk(store=desk.store, outbox=desk.outbox, clock=desk.clock)
    try:
        await service.send(command)
    except ExpectedFailure as failure:
        return failure.code
    return ""


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (REPLACE(CONTACT, channel="pigeon"), "CONTACT_INVALID"),
        (REPLACE(CONTACT, direction="up"), "CONTACT_INVALID"),
        (REPLACE(CONTACT, summary="  "), "CONTACT_EMPTY"),
        (REPLACE(CONTACT, client_id="C9"), "CLIENT_NOT_FOUND"),
        (EditContact("K1", "C1", "pigeon", "out", "改"), "CONTACT_INVALID"),
        (FinishTask("T1", "sleeping", ""), "TASK_STATE"),
        (FinishTask("T9", "done", ""), "TASK_NOT_FOUND"),
        (FinishTask("T2", "done", ""), "TASK_CLOSED"),
        (RecordRiskTest("R1", "C1", 65, False, "2023-02-01", "E1"), "CERTIFICATE_MISSING"),
        (RequestExport("X", (), ExportContent.CLIENTS, " "), "REASON_MISSING"),
        (RequestExport("X", ("C9",), ExportContent.CLIENTS, "回访"), "CLIENT_NOT_FOUND"),
        (RequestExport("X", ("C1", "C1"), ExportContent.CLIENTS, "回访"), "CLIENTS_INVALID"),
        (RequestExport("X", (), ExportContent.CASH, "回访", until="2023-01-31"), "EXPORT_DAYS"),
        (RequestExport("X", (), ExportContent.CASH, "回访", until="20230202"), "DATE_INVALID"),
    ],
)
async def test_what_central_would_refuse_never_leaves_the_desk(
    desk: Desk, command: ServiceCommand, reason: str
) -> None:
    assert await code(desk, command) == reason
    assert await desk.store.read(count_waiting) == 0


async def test_a_contact_is_shown_as_pending_and_queued_once(desk: Desk) -> None:
    assert await code(desk, CONTACT) == ""
    file = await desk.store.read(lambda c: read_client_file(c, "C1"))
    assert file is not None and "K2" in file.pending
    [envelope] = await desk.store.read(open_envelopes)
    assert (envelope.command, envelope.key, envelope.author) == (CONTACT, "C1", "M001")


async def test_a_finished_task_is_in_line_with_its_clients_commands(desk: Desk) -> None:
    assert await code(desk, FinishTask("T1", "dismissed", "重复")) == ""
    [envelope] = await desk.store.read(open_envelopes)
    assert envelope.key == "C1"
    assert await code(desk, FinishTask("T1", "done", "")) == "TASK_CLOSED"


async def test_an_export_of_all_is_about_no_one_client(desk: Desk) -> None:
    assert await code(desk, RequestExport("X", (), ExportContent.CLIENTS, "回访")) == ""
    [envelope] = await desk.store.read(open_envelopes)
    assert envelope.key == "X"


async def test_settings_that_this_program_cannot_read_stop_what_rests_on_them(desk: Desk) -> None:
    newer = setting("training", {"required": {"moon_flights": ["suitability"]}}, "2023-01-31")
    await desk.receive(newer, stream="*", after=len(load_profile(None).document))
    test = RecordRiskTest("R1", "C1", 65, False, "2023-02-01", "E1")
    assert await code(desk, test) == "FIRM_SETTINGS_NOT_CONFIGURED"
    assert await code(desk, CONTACT) == ""
