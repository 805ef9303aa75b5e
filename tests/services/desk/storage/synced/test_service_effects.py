"""Commands of client service on the desk before central has answered."""

from pathlib import Path

from sqlalchemy import Connection, select

from models.lives.consent import ConsentForm
from models.rules.basis.settings.words import Sms
from models.rules.messages.send_gate import Purpose
from models.tables.firm import CONTACT, TASK
from models.tables.service import CONSENT
from models.wire.service.clients import EditContact, RecordConsent
from models.wire.service.points import RedeemPoints
from models.wire.service.tasks import AddReminder, MoveTask
from tests.support.desk_data import a_client, a_row, open_desk

DUE, LATER = "2023-02-02T09:00:00.000+08:00", "2023-02-03T09:00:00.000+08:00"


def tasks(connection: Connection) -> list[tuple[object, ...]]:
    rows = connection.execute(select(TASK.c.task_id, TASK.c.state, TASK.c.due_at))
    return [tuple(row) for row in rows]


async def test_a_moved_reminder_shows_its_new_time_at_once(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await desk.receive(("client", a_client("C1")))
        await desk.outbox.add(AddReminder("R1", "C1", "送对账单", "", DUE), "C1")
        await desk.outbox.add(MoveTask("R1", LATER), "C1")
        assert await desk.store.read(tasks) == [("R1", "open", LATER)]


async def test_a_refusal_of_the_client_is_in_the_register_at_once(tmp_path: Path) -> None:
    told = RecordConsent("N1", "C1", Purpose.MARKETING, "*", ConsentForm.WITHDRAWN, "", DUE)
    async with open_desk(tmp_path) as desk:
        await desk.receive(("client", a_client("C1")))
        await desk.outbox.add(told, "C1")
        [row] = await desk.store.read(
            lambda c: c.execute(select(CONSENT.c.form, CONSENT.c.channel)).all()
        )
        assert tuple(row) == ("withdrawn", "*")


async def test_an_edited_contact_shows_its_new_words(tmp_path: Path) -> None:
    contact = a_row("contact", contact_id="K1", client_id="C1", summary="回访")
    async with open_desk(tmp_path) as desk:
        await desk.receive(("client", a_client("C1")), ("contact", contact))
        await desk.outbox.add(EditContact("K1", "C1", "phone", "in", "客户来电"), "C1")
        summary = await desk.store.read(lambda c: c.execute(select(CONTACT.c.summary)).scalar())
        assert summary == "客户来电"


async def test_what_has_to_be_decided_first_shows_nothing_yet(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await desk.receive(("client", a_client("C1", points_milli=900_000)))
        await desk.outbox.add(RedeemPoints("R1", "C1", Sms.SMS1, 1), "C1")
        rows = await desk.store.read(lambda c: c.exec_driver_sql("SELECT * FROM points_hold").all())
        assert rows == []
