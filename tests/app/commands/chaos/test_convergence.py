"""A desk that holds another row than its person may see at central is found, and the row named."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from app.commands.chaos.stage.desk_line import DeskLine
from app.commands.chaos.stage.process import Broken, Child
from app.commands.chaos.stage.server import Server
from app.commands.chaos.stage.stage import Stage
from app.commands.chaos.talk import Picture
from app.commands.chaos.verdict.convergence import check_desks, unsettled
from models.tables.firm import SYNCED
from tests.support.postgres import ask

Rows = dict[str, list[dict[str, str | int | bool | None]]]
Change = Callable[[Rows], object]
OWN = ["*", "M001"]


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk of M001 in step with central."""

    stage: Stage
    rows: Rows
    cursors: dict[str, int]

    async def check(self, **changed: object) -> bool:
        rows = {table: tuple(found) for table, found in self.rows.items()}
        picture = Picture(self.cursors, (), rows)
        return await check_desks(self.stage, [msgspec.structs.replace(picture, **changed)])


@pytest.fixture
async def desk(demo_central: str, tmp_path: Path) -> Desk:
    line = DeskLine(Child("desk-1", tmp_path, ()), "M001", "L-desk", tmp_path)
    stage = Stage(tmp_path, Server(tmp_path, demo_central), {}, [], [], [line], [])
    rows: Rows = {}
    for table in SYNCED:
        query = f"SELECT row_to_json(t)::text FROM {table.name} t WHERE manager_id = ANY ($1)"
        found = await ask(demo_central, query, OWN)
        rows[table.name] = [msgspec.json.decode(str(row)) for (row,) in found]
    counters = await ask(demo_central, "SELECT stream, last FROM change_counter")
    return Desk(stage, rows, {str(name): int(str(last)) for name, last in counters if name in OWN})


async def test_central_is_not_at_rest_while_an_overdue_approval_has_not_lapsed(desk: Desk) -> None:
    """It would lapse between the look at the desks and the look at central."""
    assert await unsettled(desk.stage.server) == ""
    for name, due in (("A1", "2023-02-01T18:00"), ("A2", "2023-01-31T18:01")):
        await desk.stage.server.ask(
            "INSERT INTO approval (branch_id, approval_id, manager_id, kind, state, due_at)"
            f" VALUES ('B001', '{name}', 'M001', 'unmask', 'pending', '{due}:32.927+08:00')"
        )
    assert "1 项" in await unsettled(desk.stage.server)


async def test_a_desk_in_step_passes(desk: Desk) -> None:
    assert len(desk.rows["client"]) == 24
    assert await desk.check()


async def test_what_lapsed_since_the_look_at_the_desks_is_looked_at_again(desk: Desk) -> None:
    """Seed 4003: an approval's day was over just between the two looks."""
    await desk.stage.server.ask("UPDATE client SET gender = 'f' WHERE client_id = 'C000001'")
    assert not await desk.check()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda rows: rows["client"][3].update(points_milli=1), "points_milli:桌面 1"),
        (lambda rows: rows["account"].pop(), "account .* 只在中心"),
        (lambda rows: rows["task"].append({**rows["task"][0], "task_id": "T9"}), "T9.* 只在桌面"),
        (lambda rows: rows["client"][0].update(mobile="138****0000"), "mobile:桌面"),
    ],
)
async def test_another_row_is_named(desk: Desk, change: Change, words: str) -> None:
    change(desk.rows)
    with pytest.raises(Broken, match=words):
        await desk.check()


async def test_a_colleagues_client_is_found(desk: Desk, demo_central: str) -> None:
    """Read under the person's rights, central does not have him."""
    query = "SELECT row_to_json(t)::text FROM client t WHERE manager_id = 'M002' LIMIT 1"
    [(row,)] = await ask(demo_central, query)
    desk.rows["client"].append(msgspec.json.decode(str(row)))
    with pytest.raises(Broken, match="只在桌面"):
        await desk.check()


async def test_what_a_settled_store_must_not_keep_is_found(desk: Desk) -> None:
    with pytest.raises(Broken, match="残留.*provisional_base"):
        await desk.check(leftovers={"provisional_base": 1})
    with pytest.raises(Broken, match="row 7 missing from index"):
        await desk.check(fault="row 7 missing from index")
