"""What must hold at central when all is healed; Broken tells the first difference."""

from dataclasses import dataclass
from datetime import date

from app.commands.chaos.stage.desk_line import DeskLine
from app.commands.chaos.stage.process import Broken
from app.commands.chaos.stage.server import Server
from app.commands.chaos.verdict.books import Books, Start, check_books, check_closed, open_books
from app.commands.chaos.verdict.dates import check_dates
from app.commands.chaos.verdict.hand_overs import check_hand_overs
from app.commands.chaos.verdict.imports import People, check_imports, read_people
from app.commands.chaos.verdict.lives import check_lives
from app.commands.chaos.verdict.loads import check_loads
from app.commands.chaos.verdict.rows import Present, check_rows, read_names
from app.commands.chaos.verdict.story import Story, as_audited, read_story
from models.wire.commands import RecordOrder
from services.central.audit import broken_links
from services.central.connection import open_engine

_NOTHING_BUT = {
    "命令没有应答": "SELECT command_id FROM inbox WHERE state <> 'done'",
    "应答没有审计记录": "SELECT command_id FROM applied_command g WHERE NOT EXISTS"
    " (SELECT FROM audit_entry a WHERE a.command_id = g.command_id)",
    "积分余额不等于明细之和": "SELECT c.client_id, c.points_milli FROM client c LEFT JOIN"
    " points_entry p USING (branch_id, client_id) GROUP BY c.branch_id, c.client_id"
    " HAVING c.points_milli <> coalesce(sum(p.points_milli), 0)",
    "变更编号不连续": "SELECT branch_id, stream FROM change_counter c LEFT JOIN change_log l"
    " USING (branch_id, stream) GROUP BY 1, 2, last, pruned_to"
    " HAVING count(l.number) <> last - pruned_to OR max(l.number) > last",
    "成交数量不等于委托累计": "SELECT o.client_order_id FROM trade_order o LEFT JOIN trade_fill f"
    " USING (branch_id, client_order_id) GROUP BY 1, o.filled"
    " HAVING coalesce(sum(f.quantity), 0) < o.filled AND o.filled > 0",
}
_UNDONE = "SELECT step, state FROM night_run WHERE day = $1 AND state NOT IN ('done', 'skipped')"


@dataclass(frozen=True, slots=True)
class Opening:
    """Central before the first act."""

    books: Start
    names: Present
    people: People


@dataclass(frozen=True, slots=True)
class Judged:
    """What was told, and the books as they must be."""

    story: Story
    books: Books


async def open_firm(server: Server, day: date) -> Opening:
    """Remember what there is."""
    books = await open_books(server, day)
    return Opening(books, await read_names(server), await read_people(server))


async def check_central(server: Server, desks: list[DeskLine], opening: Opening) -> Judged:
    """Run all of them."""
    await check_always(server)
    story = await read_story(server)
    _check_accepted(desks, story)
    _check_events(desks, story)
    await check_dates(server)
    await check_rows(server, opening.names, story)
    await check_lives(server, story)
    await check_hand_overs(server, story)
    await check_imports(server, opening.people, story)
    await check_loads(server, story)
    return Judged(story, await check_books(server, opening.books, story))


async def check_after_night(server: Server, judged: Judged) -> None:
    """The night that closes the day has changed what it should and nothing else."""
    await check_always(server)
    undone = await server.ask(_UNDONE, judged.books.start.day.isoformat())
    if undone:
        raise Broken(f"夜间批处理没有做完:{tuple(undone[0])}")
    await check_lives(server, judged.story)
    await check_hand_overs(server, judged.story)
    await check_loads(server, judged.story)
    await check_closed(server, judged.books)


async def check_always(server: Server) -> None:
    """What no command and no night may break."""
    await _check_chain(server)
    for what, query in _NOTHING_BUT.items():
        found = await server.ask(query)
        if found:
            raise Broken(f"{what}:{tuple(found[0])}(共 {len(found)} 处)")


async def _check_chain(server: Server) -> None:
    engine = open_engine(server.url)
    try:
        async with engine.connect() as connection:
            broken = await broken_links(connection)
    finally:
        await engine.dispose()
    if broken:
        raise Broken(f"审计链断开:{broken[0]}")


def _check_accepted(desks: list[DeskLine], story: Story) -> None:
    """What a desk said it had stored is answered, and is what was asked."""
    for desk in desks:
        for command_id, command in desk.accepted.items():
            found = story.told.get(command_id)
            if found is None:
                raise Broken(f"{desk.child.name} 收下的命令 {command_id} 丢失:{command}")
            if found.command != as_audited(command):
                raise Broken(f"命令 {command_id} 到中心后变了:{command} ≠ {found.command}")


def _check_events(desks: list[DeskLine], story: Story) -> None:
    """Each engine event stored at a desk was recorded, and all are told in the end."""
    recorded = {
        (told.command.ledger, told.command.number)
        for told in story.told.values()
        if isinstance(told.command, RecordOrder)
    }
    for desk in desks:
        for event in desk.events:
            if (desk.ledger, event.number) not in recorded:
                raise Broken(f"{desk.child.name} 的引擎事件 {event.number} 没有到中心")
