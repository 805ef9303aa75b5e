"""RelateClients and EndRelation: what two clients are to each other, told from both sides (F7)."""

from sqlalchemy import insert, select, text

from models.lives.relation import INVERSES, RelationKind
from models.tables.service import RELATION
from models.wire.service.clients import EndRelation, RelateClients
from services.central.handlers.timeline import tell_each
from services.central.handlers.work import Refused, Work, now_text, refusal, require_client

_END = text("SELECT end_relation(:branch_id, :relation_id, :client_id, :command_id, :now)")


async def relate_clients(work: Work, command: RelateClients) -> None:
    """Store the relation in both directions under one id."""
    await require_client(work, command.client_id)
    await require_client(work, command.other_id)
    query = select(RELATION.c.relation_id).where(
        RELATION.c.branch_id == work.branch_id, RELATION.c.relation_id == command.relation_id
    )
    if (await work.connection.execute(query)).first() is not None:
        raise refusal("DUPLICATE")
    both = (
        (command.client_id, command.other_id, command.kind),
        (command.other_id, command.client_id, INVERSES[command.kind]),
    )
    rows = [_row(work, command.relation_id, *side) for side in both]
    await work.connection.execute(insert(RELATION), rows)
    await tell_each(work, (command.client_id, command.other_id), "relation", "登记客户关系")


async def end_relation(work: Work, command: EndRelation) -> None:
    """Both directions end, whoever has the other client now; a referral is a fact and stays."""
    await require_client(work, command.client_id)
    table = RELATION.c
    query = (
        select(table.kind)
        .where(table.branch_id == work.branch_id, table.relation_id == command.relation_id)
        .where(table.client_id == command.client_id)
    )
    kind = await work.connection.scalar(query)
    if kind is not None and kind not in set(RelationKind):
        raise Refused("RELATION_STAYS", "推荐关系不能终止")
    told = {
        "branch_id": work.branch_id,
        "relation_id": command.relation_id,
        "client_id": command.client_id,
        "command_id": work.envelope.command_id,
        "now": now_text(work),
    }
    if not await work.connection.scalar(_END, told):
        raise Refused("RELATION_NOT_FOUND", f"没有存续的关系 {command.relation_id}")


def _row(
    work: Work, relation_id: str, client_id: str, other_id: str, kind: RelationKind
) -> dict[str, object]:
    return work.owner | {
        "relation_id": relation_id,
        "client_id": client_id,
        "other_id": other_id,
        "kind": kind.value,
        "since": work.day.isoformat(),
    }
