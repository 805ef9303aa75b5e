"""Imports counted anew: all of one or nothing, undone ones as if never made, nobody twice."""

from collections import Counter
from dataclasses import dataclass

import msgspec

from app.commands.chaos.stage.process import Broken
from app.commands.chaos.stage.server import Server
from app.commands.chaos.verdict.story import Story
from models.lives.approval import ApprovalState
from models.lives.imports import ImportState
from models.wire.service.files import RequestImport, StageImport, UndoImport

_PERSONAL = ("name", "mobile", "id_no")
_PEOPLE = f"SELECT client_id, {', '.join(_PERSONAL)} FROM client"
_BATCHES = "SELECT import_id, state, added, changed, approval_id FROM import_batch"
_PARTS = "SELECT import_id FROM import_part"
_ROWS = """
    SELECT r.import_id, b.kind, b.state, r.client_id, r.outcome, r.before::text, r.after::text
    FROM import_row r JOIN import_batch b USING (branch_id, import_id)
    WHERE r.outcome IN ('new', 'changed')
"""
_WROTE = """
    SELECT b.import_id, r.client_id
    FROM import_row r JOIN import_batch b USING (branch_id, import_id)
    WHERE b.state IN ('applied', 'undone') AND r.outcome IN ('new', 'changed')
      AND (b.state = 'applied' OR r.outcome = 'changed') GROUP BY 1, 2
    UNION ALL
    SELECT b.import_id, r.client_id
    FROM import_row r JOIN import_batch b USING (branch_id, import_id)
    WHERE b.state = 'undone' AND r.outcome = 'changed' GROUP BY 1, 2
"""
_TOLD = "SELECT about, client_id FROM timeline WHERE kind = 'import'"
_TWICE = """
    SELECT id_no, array_agg(client_id) FROM client WHERE id_no <> '' GROUP BY branch_id, id_no
    HAVING count(*) > 1 AND bool_or(client_id ~ '^N[0-9]')
"""
_STRAY = """
    SELECT client_id FROM client c WHERE client_id ~ '^N[0-9]' AND NOT EXISTS (
        SELECT FROM import_row r JOIN import_batch b USING (branch_id, import_id)
        WHERE r.client_id = c.client_id AND r.outcome = 'new' AND b.state = 'applied')
"""
_OF_APPROVAL = {
    ApprovalState.PENDING: ImportState.PENDING,
    ApprovalState.APPROVED: ImportState.APPLIED,
}
_texts = msgspec.json.Decoder(dict[str, str | int])

People = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Row:
    """One row that an import would write; the texts are empty where they were forgotten."""

    import_id: str
    kind: str
    state: str
    client_id: str
    outcome: str
    before: dict[str, str | int]
    after: dict[str, str | int]


async def read_people(server: Server) -> People:
    """Return what imports may change of every client."""
    return {row[0]: tuple(row[1:]) for row in await server.ask(_PEOPLE)}


async def check_imports(server: Server, before: People, story: Story) -> None:
    """Broken tells the first difference."""
    rows = [_row(tuple(row)) for row in await server.ask(_ROWS)]
    await _check_states(server, story)
    await _check_whole(server, rows)
    await _check_parts(server, story)
    await _check_people(server, before, rows)
    await _check_told(server)
    for what, query in (("同一人两次", _TWICE), ("客户不来自任何导入", _STRAY)):
        found = await server.ask(query)
        if found:
            raise Broken(f"{what}:{tuple(found[0])}")


async def _check_states(server: Server, story: Story) -> None:
    """An import stands as what was decided of it says."""
    undone = {one.import_id for _, one in story.approved(UndoImport)}
    asking: dict[str, str] = {name: one.import_id for name, one in story.applied(RequestImport)}
    asking |= {name: one.import_id for name, one in story.applied(UndoImport)}
    asked = {name: story.approvals.get(name) for name, _ in story.applied(RequestImport)}
    wanted: dict[str, str] = {}
    for name, command in story.applied(RequestImport):
        approval = asked[name]
        state = ImportState.KNOWN
        if approval is not None:
            state = _OF_APPROVAL.get(approval.state, ImportState.REFUSED)
        wanted[command.import_id] = ImportState.UNDONE if command.import_id in undone else state
    pending = {
        import_id: name
        for name, import_id in asking.items()
        if name in story.approvals and story.approvals[name].state is ApprovalState.PENDING
    }
    found = {row[0]: tuple(row[1:]) for row in await server.ask(_BATCHES)}
    for import_id in sorted(wanted.keys() | found.keys()):
        state, *_, waits_for = found.get(import_id, ("没有", ""))
        if state != wanted.get(import_id):
            raise Broken(f"导入 {import_id} 应为 {wanted.get(import_id)},中心为 {state}")
        if waits_for != pending.get(import_id, ""):
            raise Broken(f"导入 {import_id} 应等待 {pending.get(import_id)},中心为 {waits_for}")


async def _check_whole(server: Server, rows: list[_Row]) -> None:
    """As many rows as were counted are written down."""
    counts = Counter((row.import_id, row.outcome) for row in rows)
    for import_id, state, added, changed, _ in await server.ask(_BATCHES):
        if (state == ImportState.KNOWN) is not (added + changed == 0):
            raise Broken(f"导入 {import_id} 为 {state},而要写入 {added + changed} 行")
        found = (counts[import_id, "new"], counts[import_id, "changed"])
        if found != (added, changed):
            raise Broken(f"导入 {import_id} 应有 {(added, changed)} 行,中心有 {found} 行")


async def _check_parts(server: Server, story: Story) -> None:
    """What was asked for is taken from where it waited; what waits was sent up."""
    sent = {one.import_id for _, one in story.applied(StageImport)}
    taken = {one.import_id for _, one in story.applied(RequestImport)}
    for (import_id,) in await server.ask(_PARTS):
        if import_id not in sent - taken:
            raise Broken(f"导入 {import_id} 的数据不应还在等待")


async def _check_people(server: Server, before: People, rows: list[_Row]) -> None:
    """From what there was to what there is one way leads, over each import that stands, once.

    Each goes from a value to another; every value between is left as often as it was come to.
    """
    after, balance = await read_people(server), Counter[tuple[str, str, str | int]]()
    for client_id in before.keys() | after.keys():
        for at, name in enumerate(_PERSONAL):
            if client_id in before:
                balance[client_id, name, before[client_id][at]] += 1
            if client_id in after:
                balance[client_id, name, after[client_id][at]] -= 1
    for row in rows:
        if row.kind == "clients" and row.state == "applied":
            for name in _PERSONAL:
                if row.outcome == "new":
                    balance[row.client_id, name, row.after.get(name, "")] += 1
                elif name in row.after:
                    balance[row.client_id, name, row.before[name]] -= 1
                    balance[row.client_id, name, row.after[name]] += 1
    for (client_id, name, value), count in sorted(balance.items()):
        if count:
            raise Broken(f"客户 {client_id} 的 {name} 与生效的导入不符:{value!r} 差 {count}")


async def _check_told(server: Server) -> None:
    """The timeline of every client whom an import that was let in wrote has it, and its undoing."""
    wanted = Counter(tuple(row) for row in await server.ask(_WROTE))
    found = Counter(tuple(row) for row in await server.ask(_TOLD))
    for name in sorted((wanted - found) + (found - wanted)):
        raise Broken(f"导入 {name} 应有 {wanted[name]} 条时间线,中心有 {found[name]} 条")


def _row(found: tuple[object, ...]) -> _Row:
    import_id, kind, state, client_id, outcome, before, after = found
    told = (_texts.decode(str(before)), _texts.decode(str(after)))
    return _Row(str(import_id), str(kind), str(state), str(client_id), str(outcome), *told)
