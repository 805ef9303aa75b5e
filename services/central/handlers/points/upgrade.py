"""UpgradeTier: the next tier for points, held when asked for, burned when approved (D11)."""

from sqlalchemy import RowMapping

from models.clients.tier import Tier
from models.rules.basis.profile import Settings
from models.rules.basis.settings.words import ApprovalKind
from models.rules.points.upgrade import (
    ApplyStep,
    ApproveStep,
    UpgradeAccount,
    UpgradeState,
    UpgradeStep,
    take,
)
from models.rules.tiers.assign import TierGrant
from models.wire.service.points import UpgradeTier
from services.central.handlers.approvals.request import Proposal, ask_approval, before_of
from services.central.handlers.firm_rules import settings_on
from services.central.handlers.points.hold import burn_hold, has_hold, hold_points, wallet_of
from services.central.handlers.points.tier_grants import (
    GrantOrder,
    rule_tier_of,
    running_grant,
    write_grant,
)
from services.central.handlers.work import (
    Refused,
    Work,
    refusal,
    require_client,
    require_version,
)

_PURPOSE = "upgrade"


async def upgrade_tier(work: Work, command: UpgradeTier) -> None:
    """Hold the cost and ask for approval."""
    client = await require_client(work, command.client_id)
    require_version(work, client["version"])
    settings = await settings_on(work, work.day)
    before = await _account(work, client)
    if await has_hold(work, command.client_id, _PURPOSE):
        raise refusal("APPLICATION_PENDING")
    after = _take(work, settings, before, ApplyStep("apply", work.day, work.actor.staff_id))
    await hold_points(work, command.client_id, after.held - before.held, _PURPOSE)
    proposal = Proposal(
        kind=ApprovalKind.POINTS,
        client_id=command.client_id,
        title=f"{settings.upgrade.cost} 积分升级 {settings.upgrade.levels} 级",
        before={"tier": before.tier_on(work.day), "points": before.balance},
        after={
            "tier": _granted(work, settings, after).tier,
            "points": before.balance - (after.held - before.held),
            "months": settings.upgrade.months,
        },
    )
    await ask_approval(work, proposal)


async def deliver_upgrade(held: Work, command: UpgradeTier, approval_id: str, checker: str) -> None:
    """Burn the points and grant the tier from today, unless the tier has changed meanwhile."""
    client = await require_client(held, command.client_id)
    settings = await settings_on(held, held.day)
    account = await _account(held, client)
    await _require_same_tier(held, approval_id, account.tier_on(held.day))
    applied = _take(held, settings, account, ApplyStep("apply", held.day, held.actor.staff_id))
    approved = _take(held, settings, applied, ApproveStep("approve", held.day, checker))
    if approved.grant is None:
        raise refusal("UPGRADE_NOT_CONFIGURED")
    order = GrantOrder(command.upgrade_id, approved.grant, "积分升级", approval_id)
    await burn_hold(held, command.client_id, _PURPOSE, f"升级为 {approved.grant.tier}")
    await write_grant(held, await require_client(held, command.client_id), order)


async def _account(work: Work, client: RowMapping) -> UpgradeAccount:
    """Where the client stands, the command's own hold not counted."""
    wallet = await wallet_of(work, client, without=work.envelope.command_id)
    return UpgradeAccount(
        rule_tier=await rule_tier_of(work, client),
        balance=wallet.balance,
        held=wallet.held,
        state=UpgradeState.NONE,
        grant=await running_grant(work, client["client_id"], work.day),
    )


def _take(
    work: Work, settings: Settings, account: UpgradeAccount, step: UpgradeStep
) -> UpgradeAccount:
    moved, answer = take(settings.upgrade, account, work.envelope.manager_id, step)
    if not answer.ok:
        raise refusal(answer.reason, {"还差": answer.short_by})
    return moved


def _granted(work: Work, settings: Settings, applied: UpgradeAccount) -> TierGrant:
    """What the approval would give, for the person who has to decide."""
    moved, _ = take(settings.upgrade, applied, None, ApproveStep("approve", work.day, ""))
    if moved.grant is None:
        raise refusal("UPGRADE_NOT_CONFIGURED")
    return moved.grant


async def _require_same_tier(held: Work, approval_id: str, tier: Tier) -> None:
    if (await before_of(held, approval_id)).get("tier") != tier.value:
        raise Refused("TIER_CHANGED", "申请后客户等级已变,申请作废")
