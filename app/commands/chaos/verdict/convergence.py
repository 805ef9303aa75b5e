"""Waits until all desks are in step with central, and compares their stores row by row."""

import asyncio

import msgspec
from sqlalchemy import text

from app.commands.chaos.stage.desk_line import DeskLine
from app.commands.chaos.stage.process import Broken
from app.commands.chaos.stage.server import Server
from app.commands.chaos.stage.stage import START, Stage
from app.commands.chaos.talk import Picture
from models.dates import moment_text
from models.tables.campaigns import branch_stream
from models.tables.firm import SYNCED
from services.central.connection import open_engine
from services.central.demo import cast
from services.central.session import Actor, for_desk, reading_at_one_moment

_STILL_S, _LONGEST_S, _LOOK_S = 150.0, 900.0, 0.3
_LOOKS = 5
_COUNTERS = "SELECT stream, last FROM change_counter"
_STAFF = "SELECT staff_id, branch_id FROM staff"
_PERSON = "SELECT branch_id, role FROM staff WHERE staff_id = $1"
_ROWS = (
    "SELECT row_to_json(t)::text FROM {table} t WHERE manager_id = ANY (CAST(:streams AS text[]))"
)
_WAITING = "SELECT count(*) FROM inbox WHERE state <> 'done'"
# Asked for while a clock was behind: a worker ends it by itself, and its desks are told.
_OVERDUE = "SELECT count(*) FROM approval WHERE state = 'pending' AND due_at < $1"
_LAPSED = (
    "SELECT count(*) FROM advisory_question WHERE state IN ('open', 'taken') AND due_at < $1"
    " AND overdue_at = ''"
)

Rows = dict[tuple[object, ...], dict[str, object]]


async def come_to_rest(stage: Stage) -> list[Picture]:
    """Return every desk's store once nothing moves any more.

    Each desk must have all streams that its person may follow. Broken when something is still
    missing and nothing has moved for long: a slow machine is no fault.
    """
    loop = asyncio.get_running_loop()
    began = moved = loop.time()
    reason = ""
    while loop.time() < min(moved + _STILL_S, began + _LONGEST_S):
        stage.check()
        pictures, told = await _look(stage)
        if not told:
            return pictures
        if told != reason:
            moved, reason = loop.time(), told
        await asyncio.sleep(_LOOK_S)
    raise Broken(f"{loop.time() - began:.0f} 秒后仍未同步:{reason}")


async def compare_at_rest(stage: Stage) -> None:
    """Broken unless each desk holds exactly the rows that its person may see at central.

    What lapses by the clock between the look at a desk and the look at central is looked at again.
    """
    for _ in range(_LOOKS):
        if await check_desks(stage, await come_to_rest(stage)):
            return
    raise Broken(f"中心在 {_LOOKS} 次比较中一直在变")


async def check_desks(stage: Stage, pictures: list[Picture]) -> bool:
    """Compare; False where central has moved on since the pictures were taken."""
    for desk, picture in zip(stage.desks, pictures, strict=True):
        if picture.leftovers or picture.fault:
            raise Broken(f"{desk.child.name} 的本地库有残留:{picture.leftovers} {picture.fault}")
        numbers, central = await _seen_by(stage, desk, list(picture.cursors))
        if any(numbers.get(name, 0) != number for name, number in picture.cursors.items()):
            return False
        for table in SYNCED:
            keys = [column.name for column in table.primary_key]
            here = _by_key(keys, picture.rows[table.name])
            _compare(desk, table.name, here, _by_key(keys, central[table.name]))
    return True


async def _seen_by(
    stage: Stage, desk: DeskLine, streams: list[str]
) -> tuple[dict[str, int], dict[str, list[dict[str, object]]]]:
    """Newest numbers and rows of the desk's streams at one moment, under the person's own rights.

    The numbers come first: they are what makes the moment.
    """
    [(branch_id, role)] = [tuple(row) for row in await stage.server.ask(_PERSON, desk.staff_id)]
    actor = for_desk(Actor(branch_id, desk.staff_id, role))
    engine = open_engine(stage.server.url)
    found: dict[str, list[dict[str, object]]] = {}
    try:
        async with reading_at_one_moment(engine, actor) as connection:
            numbers = {row.stream: row.last for row in await connection.execute(text(_COUNTERS))}
            for table in SYNCED:
                query = text(_ROWS.format(table=table.name))
                rows = await connection.scalars(query, {"streams": streams})
                found[str(table.name)] = [msgspec.json.decode(row) for row in rows]
    finally:
        await engine.dispose()
    return numbers, found


async def unsettled(server: Server) -> str:
    """Return what central itself will still do; "" = nothing."""
    [(waiting,)] = [tuple(row) for row in await server.ask(_WAITING)]
    if waiting:
        return f"收件箱还有 {waiting} 条"
    began = moment_text(START)
    [(overdue,)] = [tuple(row) for row in await server.ask(_OVERDUE, began)]
    if overdue:
        return f"还有 {overdue} 项复核已超时未失效"
    [(lapsed,)] = [tuple(row) for row in await server.ask(_LAPSED, began)]
    return f"还有 {lapsed} 项咨询已超时未处理" if lapsed else ""


async def _look(stage: Stage) -> tuple[list[Picture], str]:
    reason = await unsettled(stage.server)
    if reason:
        return [], reason
    counters = {row["stream"]: row["last"] for row in await stage.server.ask(_COUNTERS)}
    homes = {row["staff_id"]: row["branch_id"] for row in await stage.server.ask(_STAFF)}
    pictures = []
    for desk in stage.desks:
        picture, reason = await _look_at(desk, stage, counters, homes)
        if picture is None or reason:
            return [], f"{desk.child.name} {reason}"
        pictures.append(picture)
    return pictures, ""


async def _look_at(
    desk: DeskLine, stage: Stage, counters: dict[str, int], homes: dict[str, str]
) -> tuple[Picture | None, str]:
    desk.tell_events()
    if len(desk.stored_events) < len(desk.events):
        return None, f"还差 {len(desk.events) - len(desk.stored_events)} 个引擎事件"
    picture = await desk.picture(stage.root / f"{desk.child.name}.json")
    if picture is None:
        return None, "没有应答"
    if picture.unanswered:
        return picture, f"还有 {len(picture.unanswered)} 条命令没有应答"
    granted = _granted(desk.staff_id, homes)
    if picture.cursors.keys() != granted:
        return picture, f"还没有取回 {granted - picture.cursors.keys()}"
    behind = [
        f"{name} {n}/{counters.get(name, 0)}"
        for name, n in picture.cursors.items()
        if n != counters.get(name, 0)
    ]
    return picture, f"游标落后:{'、'.join(behind)}" if behind else ""


def _granted(staff_id: str, homes: dict[str, str]) -> set[str]:
    """The streams that a person's desk follows."""
    home = homes[staff_id]
    granted = {staff_id, cast.FIRM, f"queue:{staff_id}"}
    if staff_id.startswith("BM"):
        granted |= {person for person, branch in homes.items() if branch == home}
    if home in cast.BRANCH_NAMES or staff_id.startswith("CC"):
        granted |= {branch_stream(home)}
    return granted


def _by_key(
    keys: list[str],
    rows: "tuple[dict[str, str | int | bool | None], ...] | list[dict[str, object]]",
) -> Rows:
    return {tuple(row[name] for name in keys): dict(row) for row in rows}


def _compare(desk: DeskLine, table: str, here: Rows, central: Rows) -> None:
    for key in sorted(here.keys() | central.keys(), key=str):
        mine, theirs = here.get(key), central.get(key)
        if mine is None or theirs is None:
            where = "中心" if mine is None else "桌面"
            raise Broken(f"{desk.child.name} {table} {key} 只在{where}")
        for name, value in theirs.items():
            if mine.get(name) != value:
                raise Broken(
                    f"{desk.child.name} {table} {key} {name}:桌面 {mine.get(name)},中心 {value}"
                )
