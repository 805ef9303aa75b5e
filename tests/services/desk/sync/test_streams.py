"""Streams brought down over a real line to a small hub."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from models.wire.hub import SignIn
from services.desk.storage.search.find import find_clients
from services.desk.sync.line import HubLine, open_line
from services.desk.sync.streams import StreamKeeper
from tests.support.desk_data import Desk, a_client, changes, open_desk
from tests.support.fake_hub import PASSPHRASE, FakeHub, run_hub
from tests.support.trusting import PLAIN


@asynccontextmanager
async def signed_in(hub: FakeHub) -> AsyncIterator[HubLine]:
    async with run_hub(hub), open_line(hub.url, PLAIN, lambda _: None) as line:
        await line.sign_in(SignIn("M001", PASSPHRASE, "desk-1"))
        yield line


async def found(desk: Desk, text: str) -> int:
    """How many clients a typed text finds."""
    groups = await desk.store.read(lambda c: find_clients(c, text, 9))
    return sum(map(len, groups))


async def test_whoever_was_pulled_or_came_as_news_is_found_by_his_words(tmp_path: Path) -> None:
    hub = FakeHub()
    async with open_desk(tmp_path) as desk, signed_in(hub) as line:
        keeper = StreamKeeper(desk.store, desk.changes, lambda _: None)
        await keeper.pull(line, "M001")
        hub.change("M001", ("client", a_client("C1", "欧阳锋")))
        await keeper.pull(line, "M001")
        assert await found(desk, "欧阳") == 1
        news = changes("M001", 1, ("client", a_client("C2", "欧阳克")))
        await keeper.catch_up(line, "M001", (news,))
        assert await found(desk, "欧阳") == 2


async def test_late_answer_to_a_question_given_up_is_nobodys(tmp_path: Path) -> None:
    hub = FakeHub()
    hub.change("M001", ("client", a_client("C1")), ("client", a_client("C2")))
    async with signed_in(hub) as line:
        given_up = asyncio.create_task(line.pull("M001", 0, 1))
        await asyncio.sleep(0)
        given_up.cancel()
        await asyncio.wait([given_up])
        answer = await line.pull("M001", 1, 1)
        assert (answer.after, answer.until) == (1, 2)
