"""Commands up and changes down, as a desk sees them."""

import msgspec
import pytest

from models.tables.firm import SYNCED
from models.wire.commands import Envelope, LogContact
from models.wire.hub import Changes, Denied, Pushed, Unmasked
from tests.support.cuttable import cuttable
from tests.support.hub_desk import HubDesk, knocking, running_hub, signed_in
from tests.support.postgres import MANAGER_CLIENTS, ask

AT = "2023-02-01T10:00:00.000+08:00"


def contact(number: int) -> LogContact:
    return LogContact(f"K{number}", "C000001", "phone", "out", "通话", AT)


def envelope(desk: HubDesk, number: int = 1, **changed: object) -> Envelope:
    key = str(changed.pop("key", "C000001"))
    return desk.envelope(contact(number), key=key, **changed)


async def test_resync_brings_the_whole_stream_parents_first(demo_central: str) -> None:
    async with running_hub(demo_central) as port, signed_in(port, "M001") as desk:
        parts = await desk.resync("M001")
    names = [part.table for part in parts]
    order = [table.name for table in SYNCED]
    assert names == sorted(names, key=order.index)
    clients = [row for part in parts if part.table == "client" for row in part.rows]
    assert len(clients) == MANAGER_CLIENTS
    assert {row["manager_id"] for row in clients} == {"M001"}
    assert parts[-1].done_rows == parts[-1].all_rows == sum(len(part.rows) for part in parts)
    assert {part.cursor for part in parts} == {1}


async def test_firm_stream_brings_staff_and_security_events(demo_central: str) -> None:
    async with running_hub(demo_central) as port, signed_in(port, "M001") as desk:
        parts = await desk.resync("*")
    told = {"firm_setting", "staff", "security_event", "course"}
    assert {part.table for part in parts} == told


async def test_an_empty_stream_is_one_finished_part(demo_central: str) -> None:
    async with running_hub(demo_central) as port, signed_in(port, "HQ01") as desk:
        [part] = await desk.resync("HQ01")
    assert (part.rows, part.all_rows, part.finished, part.cursor) == ((), 0, True, 0)


async def test_a_new_desk_is_sent_to_resync(demo_central: str) -> None:
    async with running_hub(demo_central) as port, signed_in(port, "M001") as desk:
        answer = await desk.pull("M001", 0)
        ahead = await desk.pull("M001", 99)
    assert isinstance(answer, Changes)
    assert isinstance(ahead, Changes)
    assert (answer.pruned, ahead.pruned) == (True, True)


async def test_changes_come_dense_in_pages_after_the_cursor(demo_central: str) -> None:
    for number in range(5):
        await ask(
            demo_central,
            "UPDATE client SET last_contact_at = $1 WHERE client_id = 'C000001'",
            f"moment {number}",
        )
    async with running_hub(demo_central) as port, signed_in(port, "M001") as desk:
        first = await desk.pull("M001", 1, limit=3)
        second = await desk.pull("M001", 4)
    assert isinstance(first, Changes)
    assert isinstance(second, Changes)
    assert [(page.after, page.until, page.last) for page in (first, second)] == [
        (1, 4, 6),
        (4, 6, 6),
    ]
    [part] = second.tables
    assert (part.table, part.count, part.gone) == ("client", 2, b"")
    row = msgspec.json.decode(part.rows)[-1]
    assert (row["branch_id"], row["client_id"]) == ("B001", "C000001")
    assert row["last_contact_at"] == "moment 4"


async def test_a_change_wakes_the_desks_of_its_stream_only(demo_central: str) -> None:
    async with (
        running_hub(demo_central) as port,
        signed_in(port, "M001") as ours,
        signed_in(port, "M002") as other,
    ):
        await ours.wake_up("M001")  # everything is woken once the hub's ears are open
        other.woken.clear()
        await ask(demo_central, "UPDATE client SET gender = gender WHERE client_id = 'C000001'")
        await ours.wake_up("M001")
        await ask(demo_central, "UPDATE staff SET name = name WHERE staff_id = 'M003'")
        await other.wake_up("*")
    assert "M001" not in other.woken


async def test_a_desk_in_step_is_sent_the_news_with_the_wake_up(demo_central: str) -> None:
    change = "UPDATE client SET gender = gender WHERE client_id = 'C000001'"
    async with running_hub(demo_central) as port, signed_in(port, "M001") as desk:
        await desk.wake_up("M001")  # the hub's ears are open
        await desk.pull("M001", 1)
        await ask(demo_central, change)
        first = await desk.wake_up("M001")
        await ask(demo_central, change)
        second = await desk.wake_up("M001")
    assert first.news is not None and second.news is not None
    spans = [(news.after, news.until) for news in (first.news, second.news)]
    assert spans == [(1, 2), (2, 3)]
    [part] = second.news.tables
    assert msgspec.json.decode(part.rows)[0]["client_id"] == "C000001"


@pytest.mark.parametrize(("pulled", "rows"), [(2, 1), (1_000, 201)], ids=["behind", "too much"])
async def test_a_desk_that_is_behind_or_has_much_to_fetch_is_told_to_ask(
    demo_central: str, pulled: int, rows: int
) -> None:
    contacts = (
        "INSERT INTO contact (branch_id, contact_id, manager_id, client_id)"
        " SELECT 'B001', $1 || n, 'M001', 'C000001' FROM generate_series(1, $2::int) n"
    )
    await ask(demo_central, contacts, "early", 5)
    async with running_hub(demo_central) as port, signed_in(port, "M001") as desk:
        await desk.wake_up("M001")
        await desk.pull("M001", 1, limit=pulled)
        await ask(demo_central, contacts, "late", rows)
        said = await desk.wake_up("M001")
    assert said.news is None


async def test_a_push_behind_one_that_failed_fails_too(demo_central: str) -> None:
    async with (
        cuttable(demo_central) as wire,
        running_hub(wire.url) as port,
        signed_in(port, "M001") as desk,
    ):
        await desk.wake_up("M001")
        one, two, three = (envelope(desk, number) for number in range(3))
        assert isinstance(await desk.push(one), Pushed)
        await wire.cut()
        failed = await desk.push(two, follows=1)
        await wire.mend()
        behind = await desk.push(three, follows=2)
        assert isinstance(failed, Denied) and failed.code == "CENTRAL_DOWN"
        assert isinstance(behind, Denied) and behind.code == "PUSH_BEFORE_FAILED"
        assert isinstance(await desk.push(two, three), Pushed)
    kept = await ask(demo_central, "SELECT command_id FROM inbox ORDER BY arrival")
    assert kept == [(one.command_id,), (two.command_id,), (three.command_id,)]


async def test_pushed_commands_are_kept_once_and_in_order(demo_central: str) -> None:
    async with running_hub(demo_central) as port, signed_in(port, "M001") as desk:
        commands = [envelope(desk, number) for number in range(3)]
        first = await desk.push(*commands[:2])
        second = await desk.push(*commands)
    assert isinstance(first, Pushed)
    assert second == Pushed(2, tuple(command.command_id for command in commands))
    kept = await ask(demo_central, "SELECT command_id, state FROM inbox ORDER BY arrival")
    assert kept == [(command.command_id, "waiting") for command in commands]


async def test_empty_and_odd_names_are_kept_as_what_they_are(demo_central: str) -> None:
    named = ["", "C,'{}\\", ""]
    async with running_hub(demo_central) as port, signed_in(port, "M001") as desk:
        commands = [envelope(desk, number, key=key) for number, key in enumerate(named)]
        await desk.push(*commands[:2])
        await desk.push(commands[2])
    kept = await ask(demo_central, "SELECT key FROM inbox ORDER BY arrival")
    assert kept == [(key,) for key in named]


@pytest.mark.parametrize(
    "changed",
    [
        {"author": "M002"},
        {"manager_id": "M002"},
        {"manager_id": "*"},
        {"manager_id": "branch:B001"},
        {"manager_id": "queue:M001"},
        {"branch_id": "B002"},
        {"command_id": "x" * 201},
        {"key": "x" * 201},
        {"key": "C\x1fM002"},
        {"command_id": "line\nline"},
        {"sequence": 2**63},
    ],
)
async def test_a_command_in_another_or_no_sound_name_is_refused_and_no_other(
    demo_central: str, changed: dict[str, object]
) -> None:
    async with running_hub(demo_central) as port, signed_in(port, "M001") as desk:
        answer = await desk.push(envelope(desk), envelope(desk, 2, **changed))
    assert isinstance(answer, Pushed)
    assert (len(answer.command_ids), len(answer.refused)) == (1, 1)
    kept = await ask(demo_central, "SELECT command_id FROM inbox")
    assert kept == [(command_id,) for command_id in answer.command_ids]


async def test_other_managers_streams_are_closed(demo_central: str) -> None:
    async with running_hub(demo_central) as port, signed_in(port, "M001") as desk:
        answer = await desk.pull("M002", 0)
    assert isinstance(answer, Denied)
    assert answer.code == "FORBIDDEN"


@pytest.mark.parametrize("raw", [b"\xc1 nonsense", b"\x81\xa4type\xa2\xff\xfe"])
async def test_bytes_that_are_no_request_end_the_connection_with_a_reason(
    demo_central: str, raw: bytes
) -> None:
    async with running_hub(demo_central) as port, signed_in(port, "M001") as desk:
        answer = await desk.send(raw)
    assert isinstance(answer, Denied)
    assert answer.code == "WIRE_BAD_MESSAGE"


async def test_hub_says_so_while_the_database_is_away_and_heals(demo_central: str) -> None:
    async with (
        cuttable(demo_central) as wire,
        running_hub(wire.url) as port,
        signed_in(port, "M001") as desk,
    ):
        await desk.wake_up("M001")
        await wire.cut()
        denied = [await desk.pull("M001", 1), await desk.push(envelope(desk))]
        assert {answer.code for answer in denied if isinstance(answer, Denied)} == {"CENTRAL_DOWN"}
        await wire.mend()
        assert isinstance(await desk.push(envelope(desk)), Pushed)
        await desk.wake_up("M001")  # the hub's ears are back as well


async def test_hub_starts_while_the_database_is_away(demo_central: str) -> None:
    async with cuttable(demo_central) as wire:
        await wire.cut()
        async with running_hub(wire.url) as port:
            async with knocking(port, "M001") as (_, answer):
                assert isinstance(answer, Denied)
                assert answer.code == "CENTRAL_DOWN"
            await wire.mend()
            async with signed_in(port, "M001") as desk:
                assert isinstance(await desk.pull("M001", 1), Changes)


async def test_a_field_in_clear_is_logged_and_refused_without_a_reason(demo_central: str) -> None:
    async with running_hub(demo_central) as port, signed_in(port, "CC01") as desk:
        shown = await desk.unmask("C000001", "mobile", "客户来电核对身份")
        refused = await desk.unmask("C000001", "mobile", "")
        hidden = await desk.unmask("C000001", "birthday", "想知道")
    [(mobile,)] = await ask(demo_central, "SELECT mobile FROM client WHERE client_id = 'C000001'")
    assert isinstance(shown, Unmasked)
    assert shown.value == mobile
    assert isinstance(refused, Denied) and refused.code == "UNMASK_REASON_MISSING"
    assert isinstance(hidden, Denied) and hidden.code == "UNMASK_NOT_ALLOWED"
    logged = "SELECT author, action, subject FROM audit_entry"
    assert await ask(demo_central, logged) == [("CC01", "unmask", "C000001")]
