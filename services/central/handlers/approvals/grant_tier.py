"""GrantTier: a tier for a client from a day to a day, under approval (service-system S1, F2)."""

from models.clients.tier import TIERS, Tier
from models.dates import day_of
from models.rules.basis.settings.words import ApprovalKind
from models.rules.tiers.assign import TierGrant
from models.wire.service.approvals import GrantTier
from services.central.handlers.approvals.request import Proposal, ask_approval
from services.central.handlers.points.tier_grants import GrantOrder, write_grant
from services.central.handlers.work import Refused, Work, require_client, require_version


async def request_tier(work: Work, command: GrantTier) -> None:
    """Ask for the grant."""
    client = await require_client(work, command.client_id)
    require_version(work, client["version"])
    _judge(command, Tier(client["tier"]))
    proposal = Proposal(
        kind=ApprovalKind.TIER,
        client_id=command.client_id,
        title=f"授予等级 {command.tier} 至 {command.ends_on}",
        before={"tier": client["tier"]},
        after={
            "tier": command.tier,
            "starts_on": command.starts_on,
            "ends_on": command.ends_on,
            "reason": command.reason,
        },
    )
    await ask_approval(work, proposal)


async def give_tier(held: Work, command: GrantTier, approval_id: str) -> None:
    """Write the grant."""
    client = await require_client(held, command.client_id)
    grant = _judge(command, Tier(client["tier"]))
    order = GrantOrder(command.grant_id, grant, command.reason, approval_id)
    await write_grant(held, client, order)


def _judge(command: GrantTier, present: Tier) -> TierGrant:
    if TIERS.index(command.tier) <= TIERS.index(present):
        raise Refused("GRANT_NOT_HIGHER", f"客户现为 {present},授予的等级并不更高")
    return TierGrant(command.tier, day_of(command.starts_on), day_of(command.ends_on))
