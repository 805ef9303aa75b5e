"""Files loaded for the whole firm: taken back as agreed, all of one or nothing, once."""

from collections import Counter

from app.commands.chaos.stage.process import Broken
from app.commands.chaos.stage.server import Server
from app.commands.chaos.verdict.story import Story
from models.lives.approval import ApprovalState
from models.lives.imports import LoadState
from models.wire.service.files import UndoLoad

_LOADS = "SELECT load_id, kind, state, approval_id, added FROM loaded_file ORDER BY number"
_AUDITED = "SELECT subject, command_id FROM audit_entry WHERE action = 'load.undo'"
_FACTS = {
    "ipos": "SELECT load_id, count(*) FROM ipo_event WHERE load_id <> '' GROUP BY 1",
    "news": "SELECT l.load_id, count(*) FROM loaded_event l JOIN security_event e"
    " USING (branch_id, event_id) GROUP BY 1",
    "assets": "SELECT of_load, count(*) FROM asset_day CROSS JOIN LATERAL (VALUES (load_id),"
    " (cash_load_id)) AS l (of_load) WHERE of_load <> '' GROUP BY of_load",
}
# What a load put on a trade, and what its undoing took off it: to be the same, or nothing.
_UNEQUAL = """
    SELECT f.load_id, f.state, t.original, t.added, t.taken FROM loaded_file f JOIN LATERAL (
        SELECT coalesce(nullif(e.about, ''), e.entry_id) AS original,
               coalesce(sum(e.amount_cents) FILTER (WHERE e.source = f.load_id), 0) AS added,
               coalesce(sum(e.amount_cents) FILTER (WHERE e.source = 'undo-' || f.load_id), 0)
                   AS taken,
               count(*) FILTER (WHERE e.source = 'undo-' || f.load_id) AS times
        FROM commission_entry e WHERE e.source IN (f.load_id, 'undo-' || f.load_id) GROUP BY 1) t
        ON t.taken <> CASE f.state WHEN 'undone' THEN -t.added ELSE 0 END OR t.times > 1
"""


async def check_loads(server: Server, story: Story) -> None:
    """Broken names the first load that is not as what was decided of it says."""
    agreed = {one.load_id: name for name, one in story.approved(UndoLoad)}
    waiting = {
        one.load_id: name
        for name, one in story.applied(UndoLoad)
        if name in story.approvals and story.approvals[name].state is ApprovalState.PENDING
    }
    found = [tuple(row) for row in await server.ask(_LOADS)]
    for load_id, _, state, approval_id, _ in found:
        wanted = LoadState.UNDONE if load_id in agreed else LoadState.LOADED
        if state != wanted:
            raise Broken(f"载入 {load_id} 应为 {wanted},中心为 {state}")
        if load_id in waiting and approval_id != waiting[load_id]:
            raise Broken(f"载入 {load_id} 应等待 {waiting[load_id]},中心为 {approval_id}")
    audited = Counter(tuple(row) for row in await server.ask(_AUDITED))
    if audited != Counter(agreed.items()):
        raise Broken(f"撤销载入与审计不符:{audited},复核通过 {agreed}")
    unequal = await server.ask(_UNEQUAL)
    if unequal:
        raise Broken(f"载入与其撤销的佣金不符:{tuple(unequal[0])}")
    for kind, query in _FACTS.items():
        there = {row[0]: row[1] for row in await server.ask(query)}
        wanted_rows = {
            row[0]: row[4]
            for row in found
            if row[1] == kind and row[2] == LoadState.LOADED and row[4]
        }
        if there != wanted_rows:
            raise Broken(f"{kind} 载入的行应为 {wanted_rows},中心为 {there}")
