"""RedeemPoints: months of SMS1-3 for points, held when asked for, burned when approved (S37)."""

from datetime import date
from decimal import Decimal

from models.rules.basis.rounding import whole
from models.rules.basis.settings.words import ApprovalKind
from models.rules.points.balance import spendable
from models.rules.points.redeem import RedeemAnswer, RedeemCase, RedeemRequest, redeem
from models.wire.service.points import RedeemPoints
from services.central.handlers.approvals.request import Proposal, ask_approval
from services.central.handlers.firm_rules import settings_on
from services.central.handlers.points.hold import burn_hold, hold_points, wallet_of
from services.central.handlers.products.facts import held_products, paid_to
from services.central.handlers.products.purchase import Purchase, add_purchase
from services.central.handlers.timeline import tell
from services.central.handlers.work import (
    Work,
    refusal,
    require_client,
    require_version,
)

_PURPOSE = "redemption"


async def redeem_points(work: Work, command: RedeemPoints) -> None:
    """Hold the cost and ask for approval."""
    client = await require_client(work, command.client_id)
    require_version(work, client["version"])
    answer = await _judge(work, command)
    cost = answer.cost or Decimal(0)
    await hold_points(work, command.client_id, cost, _PURPOSE)
    left = await _spendable(work, command.client_id)
    proposal = Proposal(
        kind=ApprovalKind.POINTS,
        client_id=command.client_id,
        title=f"{cost} 积分兑换 {command.product} {command.months} 个月",
        before={"spendable": left + whole(cost)},
        after={"spendable": left, "product": command.product, "ends_on": answer.ends},
    )
    await ask_approval(work, proposal)


async def deliver_redemption(held: Work, command: RedeemPoints) -> None:
    """Burn what was held and begin, or extend, the subscription."""
    answer = await _judge(held, command)
    note = f"兑换 {command.product} {command.months} 个月"
    purchase = Purchase(
        subscription_id=command.redemption_id,
        client_id=command.client_id,
        product=command.product,
        ends_on=answer.ends or date.min,
        paid_by="points",
        about=held.envelope.command_id,
    )
    await add_purchase(held, purchase)
    await burn_hold(held, command.client_id, _PURPOSE, note)
    await tell(held, command.client_id, "points", f"{answer.cost} 积分{note}")


async def _judge(work: Work, command: RedeemPoints) -> RedeemAnswer:
    """Ask the rule, the command's own hold not counted."""
    client = await require_client(work, command.client_id)
    wallet = await wallet_of(work, client, without=work.envelope.command_id)
    case = RedeemCase(
        balance=wallet.balance,
        held=wallet.held,
        products=await held_products(work, command.client_id, work.day),
        subscriptions=await paid_to(work, command.client_id),
        requests=(RedeemRequest(command.redemption_id, command.product, command.months),),
    )
    [answer] = redeem(await settings_on(work, work.day), case, work.day).answers
    if not answer.ok:
        raise refusal(answer.reason, {"需要": answer.cost, "还差": answer.short_by})
    return answer


async def _spendable(work: Work, client_id: str) -> int:
    wallet = await wallet_of(work, await require_client(work, client_id))
    return spendable(wallet.balance, wallet.held)
