"""RecordRiskTest: the class follows from the score; what is held above it is looked at (§ 2.10)."""

from sqlalchemy import RowMapping, update

from models.clients.tier import RiskClass
from models.dates import day_of
from models.rules.access.risk_score import class_of_score
from models.rules.access.suitability import SuitabilityCase, decide, valid_to
from models.rules.basis.profile import Settings
from models.tables.firm import CLIENT
from models.tables.service import RISK_TEST
from models.wire.service.clients import RecordRiskTest
from services.central.handlers.firm_rules import settings_on
from services.central.handlers.products.facts import held_products
from services.central.handlers.tasks.opening import NewTask, open_task
from services.central.handlers.timeline import tell
from services.central.handlers.work import (
    Refused,
    Work,
    add_once,
    require_client,
    require_version,
)


async def record_risk_test(work: Work, command: RecordRiskTest) -> None:
    """Store the test by the settings of its day; an older one than the last changes nothing."""
    client = await require_client(work, command.client_id)
    require_version(work, client["version"])
    tested = day_of(command.tested_on)
    settings = await settings_on(work, tested)
    risk_class = class_of_score(settings.suitability, command.score)
    if risk_class is None:
        raise Refused("SCORE_OUT_OF_RANGE", f"没有 {command.score} 分这一得分")
    lasts_to = valid_to(settings.suitability, tested).isoformat()
    await _store(work, command, risk_class, lasts_to)
    if command.tested_on >= client["risk_tested_on"]:
        await _set_class(work, command, risk_class)
        await _review_held(work, client, risk_class, await settings_on(work, work.day))
    await tell(
        work,
        command.client_id,
        "risk_test",
        f"风险测评 {command.score} 分 {risk_class},有效至 {lasts_to}",
    )


async def _store(work: Work, command: RecordRiskTest, risk_class: RiskClass, lasts_to: str) -> None:
    row = work.owner | {
        "test_id": command.test_id,
        "client_id": command.client_id,
        "score": command.score,
        "risk_class": risk_class.value,
        "lowest_class": command.lowest_class,
        "tested_on": command.tested_on,
        "valid_to": lasts_to,
        "evidence_ref": command.evidence_ref,
        "recorded_by": work.actor.staff_id,
    }
    await add_once(work, RISK_TEST, row)


async def _set_class(work: Work, command: RecordRiskTest, risk_class: RiskClass) -> None:
    await work.connection.execute(
        update(CLIENT)
        .where(CLIENT.c.branch_id == work.branch_id, CLIENT.c.client_id == command.client_id)
        .values(
            risk_class=risk_class.value,
            risk_tested_on=command.tested_on,
            version=CLIENT.c.version + 1,
        )
    )


async def _review_held(
    work: Work, client: RowMapping, risk_class: RiskClass, settings: Settings
) -> None:
    """Open a task for each product he holds above his new class; it runs on (action keep)."""
    for product in await held_products(work, client["client_id"], work.day):
        case = SuitabilityCase(
            risk_class=risk_class, product=product, initiative="client", action="keep"
        )
        if decide(settings, case, work.day).numbers["task"]:
            task = NewTask(
                task_id=f"suitability-{work.envelope.command_id}-{product}",
                client_id=client["client_id"],
                kind="suitability_review",
                title=f"产品 {product} 的风险高于客户新等级 {risk_class}",
                body="请与客户复核该产品是否继续使用",
                about=product.value,
            )
            await open_task(work, task)
