"""What must hold at central when all is healed; Broken tells the first difference."""

from collections import Counter

import msgspec

from app.commands.chaos.stage.desk_line import DeskLine
from app.commands.chaos.stage.process import Broken
from app.commands.chaos.stage.server import Server
from app.commands.chaos.verdict.books import Books, read_figures
from models.lives.approval import Verdict
from models.wire.commands import Command, RecordOrder
from models.wire.service.approvals import DecideApproval
from services.central.audit import broken_links
from services.central.connection import open_engine

_APPLIED = "applied"
_commands = msgspec.json.Decoder(Command)

_ANSWERED = """
    SELECT a.command_id, count(*) AS entries, min(a.outcome) AS outcome, min(a.detail) AS detail,
           min(g.outcome) AS guard, min(t.outcome) AS told, min(t.code) AS code
    FROM audit_entry a
    LEFT JOIN applied_command g USING (branch_id, command_id)
    LEFT JOIN command_answer t USING (branch_id, command_id)
    GROUP BY 1
"""
_POINTS = "SELECT entry_id, client_id, kind, points_milli FROM points_entry"
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


async def check_central(server: Server, desks: list[DeskLine], books: Books) -> None:
    """Run all of them."""
    for what, query in _NOTHING_BUT.items():
        found = await server.ask(query)
        if found:
            raise Broken(f"{what}:{tuple(found[0])}(共 {len(found)} 处)")
    await _check_chain(server)
    outcomes = await _check_answers(server)
    _check_accepted(desks, outcomes)
    for command, outcome in outcomes.values():
        if outcome == _APPLIED and isinstance(command, RecordOrder):
            books.record(command)
    _check_events(desks, outcomes)
    await _check_points(server, books, outcomes)
    await _check_books(server, books)
    await _check_rows(server, outcomes)


async def _check_chain(server: Server) -> None:
    engine = open_engine(server.url)
    try:
        async with engine.connect() as connection:
            broken = await broken_links(connection)
    finally:
        await engine.dispose()
    if broken:
        raise Broken(f"审计链断开:{broken[0]}")


async def _check_answers(server: Server) -> dict[str, tuple[Command, str]]:
    """Each command is answered exactly once, the same by guard, answer and audit."""
    outcomes: dict[str, tuple[Command, str]] = {}
    for row in await server.ask(_ANSWERED):
        command_id, outcome = row["command_id"], row["outcome"]
        if row["entries"] != 1:
            raise Broken(f"命令 {command_id} 应答了 {row['entries']} 次")
        if row["guard"] is None or row["guard"] != row["told"]:
            raise Broken(f"命令 {command_id} 的应答不一致:{tuple(row)}")
        if outcome != (row["code"] or row["guard"]):
            raise Broken(f"命令 {command_id} 的审计与应答不同:{outcome}、{row['code']}")
        if outcome == "COMMAND_FAILED":
            raise Broken(f"命令 {command_id} 因故障被放弃:{row['detail']}")
        outcomes[command_id] = (_commands.decode(row["detail"]), outcome)
    return outcomes


def _check_accepted(desks: list[DeskLine], outcomes: dict[str, tuple[Command, str]]) -> None:
    """What a desk said it had stored is answered, and is what was asked."""
    for desk in desks:
        for command_id, command in desk.accepted.items():
            found = outcomes.get(command_id)
            if found is None:
                raise Broken(f"{desk.child.name} 收下的命令 {command_id} 丢失:{command}")
            if found[0] != command:
                raise Broken(f"命令 {command_id} 到中心后变了:{command} ≠ {found[0]}")


def _check_events(desks: list[DeskLine], outcomes: dict[str, tuple[Command, str]]) -> None:
    """Each engine event stored at a desk was recorded, and all are told in the end."""
    recorded = {
        (command.ledger, command.number)
        for command, _ in outcomes.values()
        if isinstance(command, RecordOrder)
    }
    for desk in desks:
        for event in desk.events:
            if (desk.ledger, event.number) not in recorded:
                raise Broken(f"{desk.child.name} 的引擎事件 {event.number} 没有到中心")


async def _check_points(
    server: Server, books: Books, outcomes: dict[str, tuple[Command, str]]
) -> None:
    """Points beside commissions: one entry for each approval, none without."""
    approved = Counter(
        type(outcomes[command.approval_id][0]).__name__
        for command, outcome in outcomes.values()
        if outcome == _APPLIED
        and isinstance(command, DecideApproval)
        and command.verdict is Verdict.APPROVE
    )
    wanted = {"suggestion": approved["AwardSuggestion"], "redemption": approved["RedeemPoints"]}
    found: Counter[str] = Counter()
    for row in await server.ask(_POINTS):
        if row["entry_id"] not in books.entries and row["kind"] != "commission":
            found[row["kind"]] += 1
            books.add_points(row["client_id"], row["points_milli"])
    if found != Counter(wanted):
        raise Broken(f"积分明细应为 {wanted},中心有 {dict(found)}")


async def _check_books(server: Server, books: Books) -> None:
    books.settle()
    expected, found = books.figures, await read_figures(server)
    sold = expected["sold"]
    for kind in ("cash", "shares", "sellable", "points", "commission", "cost"):
        for owner in expected[kind].keys() | found[kind].keys():
            wanted, is_there = expected[kind].get(owner, 0), found[kind].get(owner, 0)
            if wanted != is_there and not (kind == "cost" and owner in sold):
                raise Broken(f"{kind} {owner}:应为 {wanted},中心为 {is_there}")


async def _check_rows(server: Server, outcomes: dict[str, tuple[Command, str]]) -> None:
    """As many rows as applied commands make, and a task for each refused one."""
    made = Counter(
        type(command).__name__ for command, outcome in outcomes.values() if outcome == _APPLIED
    )
    refused = sum(outcome != _APPLIED for _, outcome in outcomes.values())
    for what, wanted, query in (
        ("联系记录", made["LogContact"], "contact WHERE contact_id ~ '^X[0-9]'"),
        (
            "客户指令",
            made["RecordInstruction"],
            "instruction WHERE instruction_id ~ '^I[0-9]{1,6}$'",
        ),
        ("拒绝任务", refused, "task WHERE kind = 'command_refused'"),
    ):
        [(found,)] = [tuple(row) for row in await server.ask(f"SELECT count(*) FROM {query}")]
        if found != wanted:
            raise Broken(f"{what}应有 {wanted} 条,中心有 {found} 条")
