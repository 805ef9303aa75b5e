"""The desk's end of the hub line, over a real socket to a small hub."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from models.errors import ExpectedFailure
from models.status import ChangeSet, LinkState
from models.tables.firm import CLIENT
from models.wire.commands import LogContact
from services.desk.storage.outbox_rows import count_outbox, count_waiting
from services.desk.storage.person import read_person
from services.desk.storage.synced.changes import read_cursor
from services.desk.storage.synced.provisional import open_envelopes
from services.desk.sync.hub_client import HubClient, SignInFacts, sign_in_once
from tests.support.desk_data import Desk, a_client, a_row, open_desk
from tests.support.fake_hub import PASSPHRASE, FakeHub, run_hub
from tests.support.trusting import PLAIN
from tests.support.waiting import until

NEVER_S = 3_600.0


class Impatient:
    """A back-off that hardly waits."""

    def reset(self) -> None:
        """Nothing to forget."""

    def next_s(self) -> float:
        """As good as nothing."""
        return 0.01


@asynccontextmanager
async def running(
    desk: Desk, hub: FakeHub, *, passphrase: str = PASSPHRASE, period_s: float = NEVER_S
) -> AsyncIterator[HubClient]:
    """Run a client until the end of the block."""
    client = HubClient(
        facts=SignInFacts(
            (hub.url,), "M001", passphrase, f"desk-1/{desk.store.birth}", trust=PLAIN
        ),
        store=desk.store,
        outbox=desk.outbox,
        changes=desk.changes,
        board=desk.board,
        backoff=Impatient(),
        period_s=period_s,
    )
    task = asyncio.create_task(client.run())
    try:
        yield client
    finally:
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled(), task.exception()


def in_step(desk: Desk) -> bool:
    """Whether the desk says it is in step."""
    return desk.board.status().central is LinkState.CONNECTED


async def names(desk: Desk) -> list[str]:
    """All stored client names."""

    def work(connection: Connection) -> list[str]:
        return list(
            connection.execute(select(CLIENT.c.name).order_by(CLIENT.c.client_id)).scalars()
        )

    return await desk.store.read(work)


async def cursor(desk: Desk) -> int | None:
    """Cursor of the manager's stream."""
    return await desk.store.read(lambda c: read_cursor(c, "M001"))


def a_contact(contact_id: str, client_id: str = "C1") -> LogContact:
    """A call."""
    return LogContact(contact_id, client_id, "phone", "out", "谈了", "2023-02-01T10:00:00+08:00")


def answered(hub: FakeHub, outcome: str) -> None:
    """Let central answer everything in the inbox."""
    for command_id in tuple(hub.inbox):
        row = a_row("command_answer", command_id=command_id, outcome=outcome, code="X")
        hub.change("M001", ("command_answer", row))


async def test_first_sign_in_fetches_everything_and_says_who_we_are(tmp_path: Path) -> None:
    hub = FakeHub()
    hub.seed("M001", ("client", a_client("C1", "张三")), ("client", a_client("C2", "李四")))
    async with open_desk(tmp_path) as desk, run_hub(hub), running(desk, hub) as client:
        told: list[ChangeSet] = []
        desk.changes.subscribe(told.append)
        await until(lambda: in_step(desk))
        assert await names(desk) == ["张三", "李四"]
        assert client.person is not None and client.person.name == "李晓梅"
        assert await desk.store.read(read_person) == client.person
        assert any(change.whole for change in told)
        assert sorted(hub.resyncs) == ["*", "M001"]


async def test_wake_up_brings_exactly_what_changed(tmp_path: Path) -> None:
    hub = FakeHub()
    hub.seed("M001", ("client", a_client("C1", "张三")), ("client", a_client("C2", "李四")))
    async with open_desk(tmp_path) as desk, run_hub(hub), running(desk, hub):
        await until(lambda: in_step(desk))
        told: list[ChangeSet] = []
        desk.changes.subscribe(told.append)
        hub.change("M001", ("client", a_client("C2", "李四四")))
        await hub.wake("M001")
        await until(lambda: any(change.clients for change in told))
        assert [change.clients for change in told if change.clients] == [{"C2"}]
        assert await names(desk) == ["张三", "李四四"]


async def test_news_that_a_wake_up_brings_are_not_asked_for(tmp_path: Path) -> None:
    hub = FakeHub()
    hub.seed("M001", ("client", a_client("C1", "张三")))
    async with open_desk(tmp_path) as desk, run_hub(hub), running(desk, hub):
        await until(lambda: in_step(desk))
        told: list[ChangeSet] = []
        desk.changes.subscribe(told.append)
        hub.pulls.clear()
        for number, name in enumerate(("张三三", "张四")):
            hub.change("M001", ("client", a_client("C1", name)))
            await hub.wake("M001", after=number)
        await until(lambda: len([change for change in told if change.clients == {"C1"}]) == 2)
        assert (await names(desk), await cursor(desk), hub.pulls) == (["张四"], 2, [])


@pytest.mark.parametrize("after", [0, 2], ids=["known already", "a piece is missing"])
async def test_news_that_do_not_follow_are_asked_for(tmp_path: Path, after: int) -> None:
    hub = FakeHub()
    async with open_desk(tmp_path) as desk, run_hub(hub), running(desk, hub):
        await until(lambda: in_step(desk))
        hub.change("M001", ("client", a_client("C1", "张三")))
        await hub.wake("M001")
        await until(lambda: ("M001", 0) in hub.pulls)
        hub.change("M001", ("client", a_client("C1", "张四")), ("client", a_client("C2", "李四")))
        await hub.wake("M001", after=after)
        told: list[ChangeSet] = []
        desk.changes.subscribe(told.append)
        await until(lambda: any("C2" in change.clients for change in told))
        assert (await names(desk), await cursor(desk)) == (["张四", "李四"], 3)
        assert hub.resyncs.count("M001") == 1  # the first one of all


async def test_lost_wake_up_is_made_good_by_the_period(tmp_path: Path) -> None:
    hub = FakeHub()
    async with open_desk(tmp_path) as desk, run_hub(hub), running(desk, hub, period_s=0.05):
        await until(lambda: in_step(desk))
        hub.change("M001", ("client", a_client("C1")))
        told: list[ChangeSet] = []
        desk.changes.subscribe(told.append)
        await until(lambda: any(change.clients == {"C1"} for change in told))


async def test_restart_goes_on_from_the_cursor(tmp_path: Path) -> None:
    hub = FakeHub()
    hub.change("M001", ("client", a_client("C1", "张三")))
    async with run_hub(hub):
        async with open_desk(tmp_path) as desk, running(desk, hub):
            await until(lambda: in_step(desk))
        hub.change("M001", ("client", a_client("C2", "李四")))
        hub.pulls.clear()
        hub.resyncs.clear()
        async with open_desk(tmp_path) as desk, running(desk, hub):
            await until(lambda: in_step(desk))
            assert await names(desk) == ["张三", "李四"]
        assert ("M001", 1) in hub.pulls
        assert not hub.resyncs


async def test_pruned_log_fetches_the_stream_anew(tmp_path: Path) -> None:
    hub = FakeHub()
    hub.change("M001", ("client", a_client("C1", "张三")))
    async with run_hub(hub):
        async with open_desk(tmp_path) as desk, running(desk, hub):
            await until(lambda: in_step(desk))
        hub.change("M001", ("client", a_client("C1", "张三三")), ("client", a_client("C2", "李四")))
        hub.prune("M001")
        async with open_desk(tmp_path) as desk, running(desk, hub):
            await until(lambda: in_step(desk))
            assert await names(desk) == ["张三三", "李四"]
            assert await cursor(desk) == 3


async def test_hole_in_the_numbers_fetches_the_stream_anew(tmp_path: Path) -> None:
    hub = FakeHub()
    async with open_desk(tmp_path) as desk, run_hub(hub), running(desk, hub):
        await until(lambda: in_step(desk))
        hub.change("M001", ("client", a_client("C1")), ("client", a_client("C2")))
        del hub.log["M001"][0]
        hub.pruned_to["M001"] = 0
        hub.on_snapshot = lambda: hub.prune("M001")
        told: list[ChangeSet] = []
        desk.changes.subscribe(told.append)
        await hub.wake("M001")
        await until(lambda: any(change.whole for change in told))
        assert len(await names(desk)) == 2


async def test_another_database_behind_the_hub_is_fetched_anew_and_gets_the_outbox(
    tmp_path: Path,
) -> None:
    hub = FakeHub()
    hub.seed("M001", ("client", a_client("C1", "张三")))
    async with run_hub(hub):
        async with open_desk(tmp_path) as desk, running(desk, hub):
            await until(lambda: in_step(desk))
            await desk.outbox.add(a_contact("K1"), "C1")
            await until(lambda: hub.inbox)
        hub.inbox.clear()
        hub.central_id = "central-2"
        hub.rows["M001"] = [("client", a_client("C9", "新客户"))]
        async with open_desk(tmp_path) as desk, running(desk, hub):
            await until(lambda: in_step(desk))
            assert await names(desk) == ["新客户"]
            assert len(hub.inbox) == 1


async def test_commands_written_offline_go_up_in_order_once_the_hub_is_there(
    tmp_path: Path,
) -> None:
    hub = FakeHub()
    hub.seed("M001", ("client", a_client("C1")))
    async with run_hub(hub):
        pass
    async with open_desk(tmp_path) as desk, running(desk, hub):
        for number in range(5):
            await desk.outbox.add(a_contact(f"K{number}"), "C1")
        await until(lambda: desk.board.status().central is LinkState.DOWN)
        assert desk.board.status().outbox == 5
        assert "总部接入服务未启动" in desk.board.status().central_text
        async with run_hub(hub):
            await until(lambda: desk.board.status().outbox == 0)
            assert [e.sequence for e in hub.inbox.values()] == [1, 2, 3, 4, 5]


async def test_answer_lost_on_the_way_pushes_again_and_central_has_it_once(tmp_path: Path) -> None:
    hub = FakeHub(drop_pushed=True)
    async with open_desk(tmp_path) as desk, run_hub(hub), running(desk, hub):
        await desk.outbox.add(a_contact("K1"), "C1")
        await until(lambda: len(hub.pushes) >= 3)
        hub.drop_pushed = False
        await until(lambda: desk.board.status().outbox == 0)
        assert len(hub.inbox) == 1


@pytest.mark.parametrize("outcome", ["applied", "refused"])
async def test_answer_of_central_takes_the_command_out_of_the_outbox(
    tmp_path: Path, outcome: str
) -> None:
    hub = FakeHub()
    hub.seed("M001", ("client", a_client("C1")))
    async with open_desk(tmp_path) as desk, run_hub(hub), running(desk, hub):
        await desk.outbox.add(a_contact("K1"), "C1")
        await until(lambda: hub.inbox)
        assert len(await desk.store.read(open_envelopes)) == 1
        told: list[ChangeSet] = []
        desk.changes.subscribe(told.append)
        answered(hub, outcome)
        await hub.wake("M001")
        await until(lambda: any("C1" in change.clients for change in told))
        assert await desk.store.read(open_envelopes) == ()


async def test_broken_line_is_opened_again(tmp_path: Path) -> None:
    hub = FakeHub()
    async with open_desk(tmp_path) as desk, run_hub(hub), running(desk, hub):
        await until(lambda: in_step(desk))
        states: list[LinkState] = []
        desk.changes.subscribe(lambda _: states.append(desk.board.status().central))
        await hub.cut()
        await until(lambda: LinkState.DOWN in states and in_step(desk))


async def test_hub_that_comes_back_elsewhere_is_found(tmp_path: Path) -> None:
    first, second = FakeHub(), FakeHub()
    where: list[str] = []
    async with open_desk(tmp_path) as desk:
        facts = SignInFacts((), "M001", PASSPHRASE, "desk-1", lambda: tuple(where[-1:]), PLAIN)
        client = HubClient(
            facts=facts, store=desk.store, outbox=desk.outbox, changes=desk.changes,
            board=desk.board, backoff=Impatient(),
        )  # fmt: skip
        task = asyncio.create_task(client.run())
        await until(lambda: "尚未启动" in desk.board.status().central_text)
        async with run_hub(first):
            where.append(first.url)
            await until(lambda: in_step(desk))
        async with run_hub(second):
            where.append(second.url)
            await until(lambda: second.pulls and in_step(desk))
        task.cancel()
        await asyncio.wait([task])


async def test_a_desk_goes_to_the_next_hub_and_on_round(tmp_path: Path) -> None:
    first, second = FakeHub(), FakeHub()
    async with open_desk(tmp_path) as desk, run_hub(second):
        async with run_hub(first):
            urls = (first.url, second.url)
            facts = SignInFacts(urls, "M001", PASSPHRASE, "desk-1", trust=PLAIN)
            client = HubClient(
                facts=facts, store=desk.store, outbox=desk.outbox, changes=desk.changes,
                board=desk.board, backoff=Impatient(),
            )  # fmt: skip
            task = asyncio.create_task(client.run())
            await until(lambda: first.pulls and in_step(desk))
            assert not second.pulls
        await until(lambda: second.pulls and in_step(desk))
        first.pulls.clear()
        async with run_hub(first):
            await second.cut()
            await until(lambda: first.pulls and in_step(desk))
        task.cancel()
        await asyncio.wait([task])


async def test_wrong_passphrase_is_not_tried_again_by_itself(tmp_path: Path) -> None:
    hub = FakeHub()
    async with (
        open_desk(tmp_path) as desk,
        run_hub(hub),
        running(desk, hub, passphrase="guess") as client,
    ):
        await until(lambda: "拒绝登录" in desk.board.status().central_text)
        assert desk.board.status().central is LinkState.DOWN
        client.sign_in_again(PASSPHRASE)
        await until(lambda: in_step(desk))


async def test_command_refused_at_the_door_is_held_and_stops_no_other(tmp_path: Path) -> None:
    hub = FakeHub(forbidden={"C7"})
    async with open_desk(tmp_path) as desk:
        for number, client in enumerate(("C1", "C7", "C2")):
            await desk.outbox.add(a_contact(f"K{number}", client), client)
        async with run_hub(hub), running(desk, hub):
            await until(lambda: "总部未收" in desk.board.status().central_text)
            assert [command.key for command in hub.inbox.values()] == ["C1", "C2"]
            assert (await desk.store.read(count_outbox)).held == 1
        hub.forbidden.clear()
        async with run_hub(hub), running(desk, hub):
            await until(lambda: len(hub.inbox) == 3)
            await until(lambda: desk.board.status().outbox == 0)
            assert await desk.store.read(count_waiting) == 0


async def test_what_was_pushed_is_not_pushed_again_after_a_restart(tmp_path: Path) -> None:
    hub = FakeHub()
    async with run_hub(hub):
        async with open_desk(tmp_path) as desk, running(desk, hub):
            await desk.outbox.add(a_contact("K1"), "C1")
            await until(lambda: desk.board.status().outbox == 0)
        hub.pushes.clear()
        async with open_desk(tmp_path) as desk, running(desk, hub):
            await until(lambda: in_step(desk))
            await desk.outbox.add(a_contact("K2"), "C1")
            await until(lambda: desk.board.status().outbox == 0)
            assert (hub.pushes, len(hub.inbox)) == ([1], 2)
            assert len(await desk.store.read(open_envelopes)) == 2


async def test_sign_in_before_there_is_a_store(tmp_path: Path) -> None:
    hub = FakeHub()
    async with run_hub(hub):
        person = await sign_in_once(
            SignInFacts((hub.url,), "M001", PASSPHRASE, "desk-1", trust=PLAIN)
        )
        assert person.staff_id == "M001"
        with pytest.raises(ExpectedFailure) as refused:
            await sign_in_once(SignInFacts((hub.url,), "M001", "guess", "desk-1", trust=PLAIN))
        assert refused.value.code == "SIGN_IN_REFUSED"
    with pytest.raises(ExpectedFailure) as refused:
        await sign_in_once(SignInFacts((hub.url,), "M001", PASSPHRASE, "desk-1", trust=PLAIN))
    assert refused.value.code == "HUB_REFUSED"


async def test_a_fetch_cut_in_the_middle_shows_the_old_rows_and_begins_again(
    tmp_path: Path,
) -> None:
    hub = FakeHub()
    hub.seed("M001", ("client", a_client("C1", "旧")))
    async with run_hub(hub), open_desk(tmp_path) as desk:
        async with running(desk, hub):
            await until(lambda: in_step(desk))
        hub.central_id, hub.cut_at_part = "another", 3
        hub.rows["M001"] = [("client", a_client(f"C{n}", "新")) for n in range(5)]
        texts: list[str] = []
        desk.changes.subscribe(lambda _: texts.append(desk.board.status().central_text))
        hub.resyncs.clear()
        async with running(desk, hub):
            await until(lambda: any("3/5" in text for text in texts))
            await until(lambda: any("未连总部" in text for text in texts))
            assert await names(desk) in (["旧"], ["新"] * 5)
            await until(lambda: in_step(desk))
            assert await names(desk) == ["新"] * 5
        assert hub.resyncs.count("M001") == 2
        assert [text for text in texts if "5/5" in text]


async def test_progress_of_a_first_fetch_is_told(tmp_path: Path) -> None:
    hub = FakeHub()
    hub.seed("M001", *(("client", a_client(f"C{n}")) for n in range(5)))
    async with open_desk(tmp_path) as desk:
        texts: list[str] = []
        desk.changes.subscribe(lambda _: texts.append(desk.board.status().central_text))
        async with run_hub(hub), running(desk, hub):
            await until(lambda: in_step(desk))
        assert "正在取回资料 3/5" in texts
