"""Clients who were handed over: once as approved, with all their rows, and told of."""

from collections import Counter

from app.commands.chaos.stage.process import Broken
from app.commands.chaos.stage.server import Server
from app.commands.chaos.verdict.story import Story
from models.wire.service.clients import HandOverClients

Moves = Counter[str | None]

_MOVES = "SELECT client_id, count(*) FROM client_hand_over GROUP BY 1"
_DONE = "SELECT approval_id, client_id, manager_id FROM client_hand_over"
_AUDITED = "SELECT command_id, subject FROM audit_entry WHERE action = 'client.hand_over'"
_TABLES = "SELECT name FROM tables_of_client() WHERE follows"
_TOLD = "AND kind NOT IN ('command_refused', 'approval_refused', 'approval_nobody')"
_STRAYS = (
    "SELECT r.client_id, r.manager_id, c.manager_id FROM {table} r JOIN client c"
    " USING (branch_id, client_id) WHERE r.manager_id <> c.manager_id {told} LIMIT 1"
)
_DATED = (
    "SELECT c.client_id, c.manager_id, m.manager_id FROM client c JOIN LATERAL (SELECT manager_id"
    " FROM client_manager k WHERE k.branch_id = c.branch_id AND k.client_id = c.client_id"
    " ORDER BY from_on DESC LIMIT 1) m ON true WHERE m.manager_id <> c.manager_id"
)


async def read_moves(server: Server) -> Moves:
    """How often each client was handed over."""
    return Counter({row[0]: row[1] for row in await server.ask(_MOVES)})


async def check_hand_overs(server: Server, story: Story) -> None:
    """Broken names the first client who is not wholly where he belongs."""
    asked = {
        (name, client_id, given.to_manager)
        for name, given in story.approved(HandOverClients)
        for client_id in given.client_ids
    }
    done = {tuple(row) for row in await server.ask(_DONE)}
    if asked != done:
        raise Broken(f"移交与复核不符:{sorted(asked ^ done)[:3]}")
    audited = Counter(tuple(row) for row in await server.ask(_AUDITED))
    if audited != Counter((name, client_id) for name, client_id, _ in done):
        raise Broken(f"移交与审计不符:{audited}")
    for (table,) in [tuple(row) for row in await server.ask(_TABLES)]:
        told = _TOLD if table == "task" else ""
        await _none(
            server, f"{table} 有客户的行留在别人名下", _STRAYS.format(table=table, told=told)
        )
    await _none(server, "客户与其按日的经理不符", _DATED)


async def _none(server: Server, what: str, query: str) -> None:
    found = await server.ask(query)
    if found:
        raise Broken(f"{what}:{tuple(found[0])}")
