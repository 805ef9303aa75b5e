"""The application for a product A-E, step by step: apply, sign, submit, withdraw (F9)."""

from collections.abc import Mapping

from sqlalchemy import RowMapping, update

from models.lives.application import APPLICATION_STEPS, ApplicationState
from models.lives.steps import may_step
from models.rules.basis.settings.words import ApprovalKind
from models.tables.service import APPLICATION
from models.wire.service.products import (
    ApplyForProduct,
    SignApplication,
    SubmitApplication,
    WithdrawApplication,
)
from services.central.handlers.approvals.request import Proposal, ask_approval
from services.central.handlers.products.facts import base_rate_units, held_products
from services.central.handlers.products.judge import (
    application_of,
    exception_of,
    judge,
    papers_of,
    rate_units_of,
)
from services.central.handlers.timeline import tell
from services.central.handlers.work import (
    Refused,
    Work,
    add_once,
    now_text,
    require_client,
    require_version,
)


async def apply_for_product(work: Work, command: ApplyForProduct) -> None:
    """Begin: eligible, suitable as far as can be told, and quoted on today's base rate."""
    client = await require_client(work, command.client_id)
    if command.action == "renew":
        await _require_held(work, command)
    wanted = {
        "application_id": command.application_id,
        "client_id": command.client_id,
        "product": command.product.value,
        "action": command.action,
        "months": command.months,
        "switch_from": command.switch_from.value if command.switch_from else "",
        "initiative": command.initiative,
        "on_site": command.on_site,
        "discretionary": command.discretionary,
    }
    judgement = await judge(work, client, wanted, None)
    row = work.owner | wanted
    row |= {
        "x_units": await base_rate_units(work, command.client_id),
        "rate_units": rate_units_of(judgement.quote.rate_permille),
        "state": ApplicationState.APPLIED.value,
        "applied_at": now_text(work),
    }
    await add_once(work, APPLICATION, row)
    await tell(work, command.client_id, "product", f"申请产品 {command.product}")


async def sign_application(work: Work, command: SignApplication) -> None:
    """Agreement and risk statement are signed; warning and recording where they are due."""
    client = await require_client(work, command.client_id)
    application = await _may_become(work, command, ApplicationState.SIGNED)
    signed = {
        "agreement_ref": command.agreement_ref,
        "risk_statement_ref": command.risk_statement_ref,
        "recording_ref": command.recording_ref,
        "warning_signed": command.warning_signed,
    }
    await judge(work, client, application, papers_of({**application, **signed}))
    await step(work, command.application_id, ApplicationState.SIGNED, signed)
    await tell(work, command.client_id, "product", f"签署产品 {application['product']} 协议")


async def submit_application(work: Work, command: SubmitApplication) -> None:
    """Ask the second person; all rules are asked once more."""
    client = await require_client(work, command.client_id)
    application = await _may_become(work, command, ApplicationState.SUBMITTED)
    judgement = await judge(work, client, application, papers_of(application))
    quoted = judgement.quote
    exception = await exception_of(work, application, quoted)
    proposal = Proposal(
        kind=ApprovalKind.PRODUCT,
        client_id=command.client_id,
        title=f"产品 {application['product']}({application['action']})",
        before={
            "rate_units": client["rate_units"],
            "products": await held_products(work, command.client_id, work.day),
        },
        after={
            "rate_units": rate_units_of(quoted.rate_permille),
            "x_units": application["x_units"],
            "product": application["product"],
            "months": application["months"],
            "switch_from": application["switch_from"],
            "agreement_ref": application["agreement_ref"],
            "risk_statement_ref": application["risk_statement_ref"],
            "recording_ref": application["recording_ref"],
            "flags": judgement.decisions[1].numbers.get("flags", ()),
            "exception_id": exception["exception_id"] if exception else "",
            "exception_until": exception["ends_on"] if exception else "",
        },
    )
    approval_id = await ask_approval(work, proposal)
    asked = {"approval_id": approval_id}
    await step(work, command.application_id, ApplicationState.SUBMITTED, asked)


async def withdraw_application(work: Work, command: WithdrawApplication) -> None:
    """End an application that nobody has been asked about yet."""
    await require_client(work, command.client_id)
    application = await _may_become(work, command, ApplicationState.WITHDRAWN)
    if application["state"] == ApplicationState.SUBMITTED.value:
        raise Refused("APPLICATION_STATE", "申请已提交复核,请撤回该复核")
    note = {"note": command.note}
    await step(work, command.application_id, ApplicationState.WITHDRAWN, note)
    await tell(work, command.client_id, "product", f"撤回产品 {application['product']} 申请")


async def step(
    work: Work, application_id: str, state: ApplicationState, values: Mapping[str, object]
) -> None:
    """Bring an application to its next state."""
    await work.connection.execute(
        update(APPLICATION)
        .where(APPLICATION.c.branch_id == work.branch_id)
        .where(APPLICATION.c.application_id == application_id)
        .values(state=state.value, version=APPLICATION.c.version + 1, **values)
    )


async def _may_become(
    work: Work,
    command: SignApplication | SubmitApplication | WithdrawApplication,
    state: ApplicationState,
) -> RowMapping:
    application = await application_of(work, command.application_id, command.client_id)
    require_version(work, application["version"])
    before = ApplicationState(application["state"])
    if not may_step(APPLICATION_STEPS, before, state):
        raise Refused("APPLICATION_STATE", f"申请处于 {before},不能直接到 {state}")
    return application


async def _require_held(work: Work, command: ApplyForProduct) -> None:
    if command.product not in await held_products(work, command.client_id, work.day):
        raise Refused("NOTHING_TO_RENEW", f"客户没有在用的产品 {command.product}")
