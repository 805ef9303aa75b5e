"""ChangeBaseRate: the rate a client pays without any product, dated and approved (F27)."""

from datetime import date

from models.dates import day_of
from models.money import permille_of_rate
from models.rules.basis.settings.words import ApprovalKind
from models.rules.products.rate import Basis, check_rate
from models.rules.products.rate_spans import base_span_on
from models.tables.service import CLIENT_RATE
from models.wire.service.products import ChangeBaseRate
from services.central.handlers.approvals.request import Proposal, ask_approval
from services.central.handlers.firm_rules import settings_on
from services.central.handlers.products.facts import rate_spans
from services.central.handlers.timeline import tell
from services.central.handlers.work import (
    Work,
    add_once,
    require,
    require_client,
    require_version,
)
from services.rules.loader import load_market_rules


async def request_base_rate(work: Work, command: ChangeBaseRate) -> None:
    """Ask for the rate; it must be lawful on its first day."""
    client = await require_client(work, command.client_id)
    require_version(work, client["version"])
    day = await _judge(work, command)
    present = base_span_on(await rate_spans(work, command.client_id), day)
    proposal = Proposal(
        kind=ApprovalKind.PRODUCT,
        client_id=command.client_id,
        title=f"基准佣金率 {permille_of_rate(command.rate_units)}‰ 自 {day} 起",
        before={"rate_units": present.rate_units if present else None},
        after={
            "rate_units": command.rate_units,
            "starts_on": command.starts_on,
            "reason": command.reason,
        },
    )
    await ask_approval(work, proposal)


async def set_base_rate(held: Work, command: ChangeBaseRate, approval_id: str) -> None:
    """Add the dated rate; a product that runs keeps its own."""
    await require_client(held, command.client_id)
    day = await _judge(held, command)
    row = held.owner | {
        "client_id": command.client_id,
        "starts_on": command.starts_on,
        "product": "",
        "rate_units": command.rate_units,
        "approval_id": approval_id,
    }
    await add_once(held, CLIENT_RATE, row)
    title = f"基准佣金率 {permille_of_rate(command.rate_units)}‰ 自 {day} 起"
    await tell(held, command.client_id, "rate", title)


async def _judge(work: Work, command: ChangeBaseRate) -> date:
    day = day_of(command.starts_on)
    settings = await settings_on(work, day)
    rate = permille_of_rate(command.rate_units)
    require(check_rate(load_market_rules(), settings, rate, Basis.ALL_IN, day))
    return day
