"""Clients who were handed over: once as approved, with all their rows, and told of."""

from collections import Counter

from app.commands.chaos.stage.process import Broken
from app.commands.chaos.stage.server import Server
from app.commands.chaos.verdict.story import Story
from models.wire.service.clients import HandOverClients

Moves = Counter[str | None]

_MOVES = "SELECT client_id, count(*) FROM client_hand_over GROUP BY 1"
_DONE = "SELECT approval_id, client_id, branch_id, manager_id, from_branch FROM client_hand_over"
_HOMES = "SELECT staff_id, branch_id FROM staff"
_AUDITED = "SELECT command_id, subject FROM audit_entry WHERE action = 'client.hand_over'"
_TABLES = "SELECT name, branch_column FROM tables_of_client() WHERE follows"
_TOLD = "AND kind NOT IN ('command_refused', 'approval_refused', 'approval_nobody')"
_STRAYS = (
    "SELECT r.client_id, r.manager_id, c.manager_id FROM {table} r JOIN client c"
    " ON c.branch_id = r.{branch} AND c.client_id = r.client_id WHERE r.manager_id <> CASE"
    " r.branch_id WHEN c.branch_id THEN c.manager_id ELSE '' END {told} LIMIT 1"
)
_DATED = (
    "SELECT c.client_id, c.manager_id, m.manager_id FROM client c JOIN LATERAL (SELECT branch_id,"
    " manager_id FROM client_manager k WHERE k.client_branch = c.branch_id AND k.client_id ="
    " c.client_id ORDER BY from_on DESC LIMIT 1) m ON true"
    " WHERE (m.branch_id, m.manager_id) <> (c.branch_id, c.manager_id)"
)
_CREDITED = (
    "SELECT e.entry_id, e.credited_branch, e.credited_to FROM commission_entry e"
    " CROSS JOIN LATERAL keeper_on(e.branch_id, e.client_id, e.trade_date) k"
    " WHERE (e.credited_branch, e.credited_to) <> (k.branch_id, k.manager_id)"
)
_TWICE = "SELECT client_id, count(*) FROM client GROUP BY 1 HAVING count(*) > 1"


async def read_moves(server: Server) -> Moves:
    """How often each client was handed over."""
    return Counter({row[0]: row[1] for row in await server.ask(_MOVES)})


async def check_hand_overs(server: Server, story: Story) -> None:
    """Broken names the first client who is not wholly where he belongs."""
    done = [tuple(row) for row in await server.ask(_DONE)]
    asked = await _asked(server, story)
    if asked != {row[:4] for row in done}:
        raise Broken(f"移交与复核不符:{sorted(asked ^ {row[:4] for row in done})[:3]}")
    audited = Counter(tuple(row) for row in await server.ask(_AUDITED))
    told = Counter({row[:2]: 1 + (row[2] != row[4]) for row in done})  # in the trail of each branch
    if audited != told:
        raise Broken(f"移交与审计不符:{audited}")
    for table, branch in [tuple(row) for row in await server.ask(_TABLES)]:
        kept = _TOLD if table == "task" else ""
        query = _STRAYS.format(table=table, branch=branch, told=kept)
        await _none(server, f"{table} 有客户的行留在别人名下", query)
    await _none(server, "客户与其按日的经理不符", _DATED)
    await _none(server, "佣金没有归属当日的经理", _CREDITED)
    await _none(server, "客户同时在两个营业部", _TWICE)


async def _asked(server: Server, story: Story) -> set[tuple[str, str, str, str]]:
    """Approval, client, branch and manager of all that was asked for and agreed to."""
    homes = {row[0]: row[1] for row in await server.ask(_HOMES)}
    return {
        (name, client_id, given.to_branch or given.from_branch or home, given.to_manager)
        for name, given in story.approved(HandOverClients)
        for home in (homes[story.told[name].author],)
        for client_id in given.client_ids
    }


async def _none(server: Server, what: str, query: str) -> None:
    found = await server.ask(query)
    if found:
        raise Broken(f"{what}:{tuple(found[0])}")
