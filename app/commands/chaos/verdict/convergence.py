"""Waits until all desks are in step with central, and compares their stores row by row."""

import asyncio

import msgspec

from app.commands.chaos.stage.desk_line import DeskLine
from app.commands.chaos.stage.process import Broken
from app.commands.chaos.stage.stage import Stage
from app.commands.chaos.talk import Picture
from models.tables.firm import SYNCED
from services.central.demo import cast

_DEADLINE_S, _LOOK_S = 150.0, 0.3
_COUNTERS = "SELECT stream, last FROM change_counter"
_BRANCH = "SELECT staff_id FROM staff WHERE branch_id = 'B001'"
_WAITING = "SELECT count(*) FROM inbox WHERE state <> 'done'"

Rows = dict[tuple[object, ...], dict[str, object]]


async def come_to_rest(stage: Stage) -> list[Picture]:
    """Return every desk's store once nothing moves any more; Broken when that takes too long.

    Each desk must have all streams that its person may follow.
    """
    reason = ""
    try:
        async with asyncio.timeout(_DEADLINE_S):
            while True:
                stage.check()
                pictures, reason = await _look(stage)
                if not reason:
                    return pictures
                await asyncio.sleep(_LOOK_S)
    except TimeoutError as fault:
        raise Broken(f"{_DEADLINE_S:.0f} 秒后仍未同步:{reason}") from fault


async def check_desks(stage: Stage, pictures: list[Picture]) -> None:
    """Broken unless each desk holds exactly central's rows of its streams."""
    for desk, picture in zip(stage.desks, pictures, strict=True):
        for table in SYNCED:
            keys = [column.name for column in table.primary_key]
            streams = list(picture.cursors)
            query = (
                f"SELECT row_to_json(t)::text AS row FROM {table.name} t"
                " WHERE manager_id = ANY ($1) AND branch_id = ANY ('{B001,*}'::text[])"
                " OR manager_id = '*'"
            )
            central = [
                msgspec.json.decode(row["row"]) for row in await stage.server.ask(query, streams)
            ]
            _compare(
                desk, table.name, _by_key(keys, picture.rows[table.name]), _by_key(keys, central)
            )


async def _look(stage: Stage) -> tuple[list[Picture], str]:
    [(waiting,)] = [tuple(row) for row in await stage.server.ask(_WAITING)]
    if waiting:
        return [], f"收件箱还有 {waiting} 条"
    counters = {row["stream"]: row["last"] for row in await stage.server.ask(_COUNTERS)}
    branch = {row["staff_id"] for row in await stage.server.ask(_BRANCH)}
    pictures = []
    for desk in stage.desks:
        picture, reason = await _look_at(desk, stage, counters, branch)
        if picture is None or reason:
            return [], f"{desk.child.name} {reason}"
        pictures.append(picture)
    return pictures, ""


async def _look_at(
    desk: DeskLine, stage: Stage, counters: dict[str, int], branch: set[str]
) -> tuple[Picture | None, str]:
    desk.tell_events()
    if len(desk.stored_events) < len(desk.events):
        return None, f"还差 {len(desk.events) - len(desk.stored_events)} 个引擎事件"
    picture = await desk.picture(stage.root / f"{desk.child.name}.json")
    if picture is None:
        return None, "没有应答"
    if picture.unanswered:
        return picture, f"还有 {len(picture.unanswered)} 条命令没有应答"
    granted = {desk.staff_id} if desk.staff_id in cast.MANAGERS else branch
    granted = granted | {cast.FIRM, f"queue:{desk.staff_id}"}
    if picture.cursors.keys() != granted:
        return picture, f"还没有取回 {granted - picture.cursors.keys()}"
    behind = [
        f"{name} {n}/{counters.get(name, 0)}"
        for name, n in picture.cursors.items()
        if n != counters.get(name, 0)
    ]
    return picture, f"游标落后:{'、'.join(behind)}" if behind else ""


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
