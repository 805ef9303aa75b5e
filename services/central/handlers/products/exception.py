"""RequestRateException, RevokeRateException: a product below its ceiling for one client (D4).

Both are dated and approved.
"""

from datetime import date

import msgspec
from sqlalchemy import RowMapping, select, update

from models.clients.tier import Tier
from models.dates import day_of
from models.lives.application import ExceptionState
from models.lives.approval import ApprovalState
from models.money import permille_of_rate
from models.rules.basis.settings.words import ApprovalKind
from models.rules.products.capped_rate import CappedRateCase, judge_capped_rate
from models.rules.products.rate import product_rate
from models.tables.pricing import RATE_EXCEPTION
from models.tables.service import APPROVAL, CLIENT_RATE
from models.wire.service.products import RequestRateException, RevokeRateException
from services.central.handlers.approvals.request import Proposal, ask_approval
from services.central.handlers.firm_rules import settings_on
from services.central.handlers.products.end import end_product
from services.central.handlers.products.facts import base_rate_units, product_rows
from services.central.handlers.products.judge import rate_units_of
from services.central.handlers.timeline import tell
from services.central.handlers.work import (
    ONE_DAY,
    Refused,
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
    await _change(held, command, starts | {"state": ExceptionState.APPROVED.value})
    await tell(held, command.client_id, "rate", f"{_title(command)},已批准")


async def refuse_rate_exception(
    held: Work, command: RequestRateException, state: ApprovalState
) -> None:
    """Nobody approved it."""
    after = ExceptionState.REFUSED
    if state is ApprovalState.WITHDRAWN:
        after = ExceptionState.WITHDRAWN
    await _change(held, command, {"state": after.value, "note": state.value})


async def request_revocation(work: Work, command: RevokeRateException) -> None:
    """Ask for it: the client's rate changes."""
    found = await _approved(work, command)
    require_version(work, found["version"])
    proposal = Proposal(
        kind=ApprovalKind.RATE_EXCEPTION,
        client_id=command.client_id,
        title=_end_title(found, command),
        before={"rate_units": found["rate_units"], "ends_on": found["ends_on"]},
        after={
            "exception_id": command.exception_id,
            "ends_on": command.last_day,
            "reason": command.reason,
        },
    )
    await ask_approval(work, proposal)


async def revoke_rate_exception(held: Work, command: RevokeRateException, approval_id: str) -> None:
    """It ends after the last day, and so does what is charged by it; then the prior rate holds."""
    found = await _approved(held, command)
    await _change(held, command, {"ends_on": command.last_day, "revoked_by": approval_id})
    last = day_of(command.last_day)
    first = await _first_by_it(held, found, last)
    running = await product_rows(held, command.client_id, held.day)
    for product in (row for row in running if row["product"] == found["product"]):
        if first is not None:
            await end_product(held, product, max(last, first - ONE_DAY))
    await tell(held, command.client_id, "rate", _end_title(found, command))


async def _first_by_it(held: Work, found: RowMapping, last: date) -> date | None:
    """Return the first day of what is charged by the exception after ``last``; None = nothing is.

    An earlier term of the product may have been quoted by the formula: it runs on.
    """
    rate = CLIENT_RATE.c
    query = (
        select(rate.starts_on, APPROVAL.c.after)
        .join(APPROVAL, (APPROVAL.c.branch_id == rate.branch_id)
              & (APPROVAL.c.approval_id == rate.approval_id))
        .where(rate.branch_id == held.branch_id, rate.client_id == found["client_id"])
        .where(rate.product == found["product"], rate.ends_on > last.isoformat())
        .order_by(rate.starts_on)
    )  # fmt: skip
    for starts_on, after in await held.connection.execute(query):
        if msgspec.json.decode(after).get("exception_id") == found["exception_id"]:
            return day_of(starts_on)
    return None


async def _approved(work: Work, command: RevokeRateException) -> RowMapping:
    """Return the exception, locked; Refused EXCEPTION_NOT_FOUND, LAST_DAY_LATE."""
    await require_client(work, command.client_id)
    table = RATE_EXCEPTION.c
    query = select(RATE_EXCEPTION).where(
        table.branch_id == work.branch_id,
        table.exception_id == command.exception_id,
        table.client_id == command.client_id,
        table.state == ExceptionState.APPROVED.value,
    )
    found = (await work.connection.execute(query.with_for_update())).mappings().one_or_none()
    if found is None:
        raise refusal("EXCEPTION_NOT_FOUND")
    if command.last_day >= found["ends_on"]:
        raise Refused("LAST_DAY_LATE", f"该例外于 {found['ends_on']} 到期")
    return found


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


async def _change(
    work: Work, command: RequestRateException | RevokeRateException, values: dict[str, str]
) -> None:
    table = RATE_EXCEPTION.c
    await work.connection.execute(
        update(RATE_EXCEPTION)
        .where(table.branch_id == work.branch_id, table.exception_id == command.exception_id)
        .values(version=table.version + 1, **values)
    )


def _title(command: RequestRateException) -> str:
    rate = permille_of_rate(command.rate_units)
    return f"产品 {command.product} 例外费率 {rate:f}‰ 至 {command.until}"


def _end_title(found: RowMapping, command: RevokeRateException) -> str:
    rate = permille_of_rate(found["rate_units"])
    return (
        f"撤销产品 {found['product']} 例外费率 {rate:f}‰,末日 {command.last_day}:{command.reason}"
    )
