"""ActivateMandate: a signed and confirmed program mandate may begin (market-rules § 2.9)."""

from datetime import date

from sqlalchemy import RowMapping, select, update

from models.clients.tier import Tier
from models.lives.mandate import MandateStart, MandateState, judge_start
from models.rules.access.entitlement import EntitlementCase, Use, check_entitlement
from models.rules.basis.settings.words import ApprovalKind
from models.rules.instructions.program.gate import ReportState
from models.tables.firm import MANDATE
from models.wire.service.approvals import ActivateMandate
from services.central.handlers.approvals.request import Proposal, ask_approval
from services.central.handlers.firm_rules import settings_on
from services.central.handlers.products.facts import running_products
from services.central.handlers.timeline import tell
from services.central.handlers.work import Refused, Work, require, require_client, require_version


async def request_mandate(work: Work, command: ActivateMandate) -> None:
    """Ask for the start."""
    mandate = await _judge(work, command)
    require_version(work, mandate["version"])
    shown = ("strategy", "symbols", "capital_cents", "max_orders_per_second", "loss_limit_cents")
    proposal = Proposal(
        kind=ApprovalKind.MANDATE,
        client_id=command.client_id,
        title=f"启用程序化授权 {mandate['strategy']}",
        before={"state": mandate["state"]},
        after={"state": MandateState.ACTIVE}
        | {name: mandate[name] for name in (*shown, "ends_on")},
    )
    await ask_approval(work, proposal)


async def start_mandate(held: Work, command: ActivateMandate) -> None:
    """Set the mandate to work."""
    mandate = await _judge(held, command)
    await held.connection.execute(
        update(MANDATE)
        .where(MANDATE.c.branch_id == held.branch_id, MANDATE.c.mandate_id == command.mandate_id)
        .values(state=MandateState.ACTIVE.value, version=MANDATE.c.version + 1)
    )
    await tell(held, command.client_id, "mandate", f"程序化授权已启用:{mandate['strategy']}")


async def _judge(work: Work, command: ActivateMandate) -> RowMapping:
    client = await require_client(work, command.client_id)
    query = (
        select(MANDATE)
        .where(MANDATE.c.branch_id == work.branch_id, MANDATE.c.mandate_id == command.mandate_id)
        .where(MANDATE.c.client_id == command.client_id)
        .with_for_update()
    )
    mandate = (await work.connection.execute(query)).mappings().one_or_none()
    if mandate is None:
        raise Refused("MANDATE_NOT_FOUND", f"没有程序化授权 {command.mandate_id}")
    start = MandateStart(
        state=MandateState(mandate["state"]),
        report=ReportState(mandate["report_state"]),
        ends_on=date.fromisoformat(mandate["ends_on"]) if mandate["ends_on"] else None,
        is_entitled=await _is_entitled(work, client),
    )
    require(judge_start(start, work.day))
    return mandate


async def _is_entitled(work: Work, client: RowMapping) -> bool:
    products = await running_products(work, client["client_id"])
    case = EntitlementCase(use=Use.TRADING_PROGRAM, tier=Tier(client["tier"]), products=products)
    settings = await settings_on(work, work.day)
    return check_entitlement(settings.products, case).ok
