"""RequestRateException: a product below its ceiling for one client, approved and dated (D4)."""

from sqlalchemy import RowMapping, select, update

from models.clients.tier import Tier
from models.lives.application import ExceptionState
from models.lives.approval import ApprovalState
from models.money import permille_of_rate
from models.rules.basis.settings.words import ApprovalKind
from models.rules.products.capped_rate import CappedRateCase, judge_capped_rate
from models.rules.products.rate import product_rate
from models.tables.pricing import RATE_EXCEPTION
from models.wire.service.products import RequestRateException
from services.central.handlers.approvals.request import Proposal, ask_approval
from services.central.handlers.firm_rules import settings_on
from services.central.handlers.products.facts import base_rate_units
from services.central.handlers.products.judge import rate_units_of
from services.central.handlers.timeline import tell
from services.central.handlers.work import (
    Work,
    add_once,
    now_text,
    refusal,
    require,
    require_client,
    require_version,
)
from services.rules.loader import load_market_rules

_OPEN = (ExceptionState.SUBMITTED.value, ExceptionState.APPROVED.value)


async def request_rate_exception(work: Work, command: RequestRateException) -> None:
    """Ask for it; the formula's rate, the ceiling and the reason stand before the checker."""
    client = await require_client(work, command.client_id)
    require_version(work, client["version"])
    computed = await _judge(work, client, command)
    if await _has_one(work, command):
        raise refusal("EXCEPTION_RUNNING")
    settings = await settings_on(work, work.day)
    proposal = Proposal(
        kind=ApprovalKind.RATE_EXCEPTION,
        client_id=command.client_id,
        title=_title(command),
        before={"computed_units": computed},
        after={
            "product": command.product,
            "rate_units": command.rate_units,
            "below_permille": settings.products.of(command.product).below_permille,
            "until": command.until,
            "reason": command.reason,
        },
    )
    approval_id = await ask_approval(work, proposal)
    row = work.owner | {
        "exception_id": command.exception_id,
        "client_id": command.client_id,
        "product": command.product.value,
        "rate_units": command.rate_units,
        "computed_units": computed,
        "reason": command.reason,
        "ends_on": command.until,
        "state": ExceptionState.SUBMITTED.value,
        "approval_id": approval_id,
        "asked_at": now_text(work),
    }
    await add_once(work, RATE_EXCEPTION, row)


async def approve_rate_exception(held: Work, command: RequestRateException) -> None:
    """From today to its last day the product is quoted at this rate; nothing is charged yet."""
    client = await require_client(held, command.client_id)
    await _judge(held, client, command)
    starts = {"starts_on": held.day.isoformat()}
    await _step(held, command, ExceptionState.APPROVED, starts)
    await tell(held, command.client_id, "rate", f"{_title(command)},已批准")


async def refuse_rate_exception(
    held: Work, command: RequestRateException, state: ApprovalState
) -> None:
    """Nobody approved it."""
    after = ExceptionState.REFUSED
    if state is ApprovalState.WITHDRAWN:
        after = ExceptionState.WITHDRAWN
    await _step(held, command, after, {"note": state.value})


async def _judge(work: Work, client: RowMapping, command: RequestRateException) -> int:
    """Return what the formula gives, in units; Refused with the first reason."""
    settings = await settings_on(work, work.day)
    case = CappedRateCase(
        product=command.product,
        tier=Tier(client["tier"]),
        x_permille=permille_of_rate(await base_rate_units(work, command.client_id)),
        rate_permille=permille_of_rate(command.rate_units),
    )
    require(judge_capped_rate(load_market_rules(), settings, case, work.day))
    return rate_units_of(product_rate(settings.products.of(command.product), case.x_permille))


async def _has_one(work: Work, command: RequestRateException) -> bool:
    table = RATE_EXCEPTION.c
    query = select(table.exception_id).where(
        table.branch_id == work.branch_id,
        table.client_id == command.client_id,
        table.product == command.product.value,
        table.state.in_(_OPEN),
    )
    return (await work.connection.execute(query)).first() is not None


async def _step(
    work: Work, command: RequestRateException, state: ExceptionState, values: dict[str, str]
) -> None:
    table = RATE_EXCEPTION.c
    await work.connection.execute(
        update(RATE_EXCEPTION)
        .where(table.branch_id == work.branch_id, table.exception_id == command.exception_id)
        .values(state=state.value, version=table.version + 1, **values)
    )


def _title(command: RequestRateException) -> str:
    rate = permille_of_rate(command.rate_units)
    return f"产品 {command.product} 例外费率 {rate:f}‰ 至 {command.until}"
