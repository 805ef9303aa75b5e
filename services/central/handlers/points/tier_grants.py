"""Writes a granted tier into the client's dated history: from a day to a day, then by rule."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from models.clients.tier import TIERS, Tier
from models.rules.tiers.assign import TierGrant, with_grant
from models.tables.central import CLIENT_TIER
from models.tables.firm import CLIENT
from models.tables.service import TIER_GRANT
from services.central.handlers.timeline import tell
from services.central.handlers.work import ONE_DAY, Work

GRANTED = "grant"


@dataclass(frozen=True, slots=True)
class GrantOrder:
    """A grant that was approved, and what it rests on."""

    grant_id: str
    grant: TierGrant
    reason: str
    approval_id: str


async def write_grant(held: Work, client: RowMapping, order: GrantOrder) -> None:
    """Add the grant; the tier by rule comes back by itself on the day after it."""
    client_id, grant = client["client_id"], order.grant
    rule_tier = await rule_tier_of(held, client)
    row = held.owner | {
        "grant_id": order.grant_id,
        "client_id": client_id,
        "tier": grant.tier,
        "starts_on": grant.from_.isoformat(),
        "ends_on": grant.to.isoformat(),
        "reason": order.reason,
        "approval_id": order.approval_id,
    }
    await held.connection.execute(insert(TIER_GRANT).values(row))
    tier = with_grant(rule_tier, grant, grant.from_)
    await _set_tier(held, client_id, grant.from_, tier, GRANTED)
    await _set_tier(held, client_id, grant.to + ONE_DAY, rule_tier, _by_rule(client))
    if grant.from_ <= held.day:
        await _show(held, client_id, tier)
    await tell(held, client_id, "tier", f"等级 {tier},自 {grant.from_} 至 {grant.to}")


async def running_grant(work: Work, client_id: str, day: date) -> TierGrant | None:
    """Return the highest grant of ``day``."""
    table = TIER_GRANT.c
    found = await work.connection.execute(
        select(table.tier, table.starts_on, table.ends_on)
        .where(table.branch_id == work.branch_id, table.client_id == client_id)
        .where(table.starts_on <= day.isoformat(), table.ends_on >= day.isoformat())
    )
    grants = [
        TierGrant(Tier(tier), date.fromisoformat(starts), date.fromisoformat(ends))
        for tier, starts, ends in found
    ]
    return max(grants, key=lambda grant: TIERS.index(grant.tier), default=None)


async def rule_tier_of(work: Work, client: RowMapping) -> Tier:
    """Return the tier by rule: the present one, or what stands behind a running grant."""
    grant = await running_grant(work, client["client_id"], work.day)
    if grant is None or client["tier_by"] != GRANTED:
        return Tier(client["tier"])
    table = CLIENT_TIER.c
    query = select(table.tier).where(
        table.branch_id == work.branch_id,
        table.client_id == client["client_id"],
        table.starts_on == (grant.to + ONE_DAY).isoformat(),
    )
    return Tier(await work.connection.scalar(query) or Tier.ORDINARY)


async def _set_tier(work: Work, client_id: str, day: date, tier: Tier, by: str) -> None:
    row = work.owner | {"client_id": client_id, "starts_on": day.isoformat()}
    told = {"tier": tier.value, "tier_by": by}
    keys = [CLIENT_TIER.c.branch_id, CLIENT_TIER.c.client_id, CLIENT_TIER.c.starts_on]
    await work.connection.execute(
        upsert(CLIENT_TIER).values(row | told).on_conflict_do_update(index_elements=keys, set_=told)
    )


async def _show(work: Work, client_id: str, tier: Tier) -> None:
    await work.connection.execute(
        update(CLIENT)
        .where(CLIENT.c.branch_id == work.branch_id, CLIENT.c.client_id == client_id)
        .values(tier=tier.value, tier_by=GRANTED, version=CLIENT.c.version + 1)
    )


def _by_rule(client: RowMapping) -> str:
    return "" if client["tier_by"] == GRANTED else str(client["tier_by"])
