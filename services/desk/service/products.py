"""SMS products and products A-E, judged before they are asked for (service-system S19-S31)."""

from datetime import date
from typing import Literal, assert_never, cast

from models.clients.tier import RiskClass, Tier
from models.dates import day_of
from models.lives.application import APPLICATION_STEPS, ApplicationState, ExceptionState
from models.lives.steps import may_step
from models.lives.subscription import SubscriptionState
from models.money import permille_of_rate
from models.rules.basis.missing import configured
from models.rules.basis.settings.words import ApprovalKind, Product
from models.rules.products.application import ApplicationCase, Papers, judge_application
from models.rules.products.capped_rate import CappedRateCase, judge_capped_rate
from models.rules.products.eligibility import (
    Action,
    AnyProduct,
    EligibilityCase,
    Mandate,
    check_eligibility,
)
from models.rules.products.rate import Basis, check_rate
from models.rules.products.sms import subscribe
from models.tables.firm import SUBSCRIPTION
from models.tables.pricing import PRODUCT_FEE, RATE_EXCEPTION
from models.tables.service import APPLICATION, RISK_TEST
from models.wire.service.products import (
    ApplyForProduct,
    CancelSubscription,
    ChangeBaseRate,
    CorrectFee,
    ProductCommand,
    RequestRateException,
    RevokeRateException,
    SignApplication,
    SubmitApplication,
    SubscribeSms,
    WithdrawApplication,
)
from services.desk.service.case import Case, demand, found, refused, refused_by, require
from services.desk.service.facts import base_rate_permille, capped_rates, held_products
from services.desk.storage.rows import Row
from services.rules.loader import load_market_rules

_S = ApplicationState
_OPEN = (ExceptionState.SUBMITTED.value, ExceptionState.APPROVED.value)


def judge_product(case: Case, command: ProductCommand) -> None:
    """Find the judge of a command of this kind."""
    match command:
        case SubscribeSms():
            _judge_purchase(case, command)
        case CancelSubscription():
            _judge_end(case, command)
        case ApplyForProduct():
            _judge_application(case, command)
        case SignApplication():
            _judge_papers(case, command)
        case SubmitApplication():
            row = _stepping(case, command, _S.SUBMITTED)
            _judge(case, _case_of(case, row, _papers(row)))
            case.require_maker(ApprovalKind.PRODUCT)
        case WithdrawApplication():
            row = _stepping(case, command, _S.WITHDRAWN)
            told = "申请已提交复核,请撤回该复核"
            demand(row["state"] != _S.SUBMITTED.value, "APPLICATION_STATE", told)
        case ChangeBaseRate():
            _judge_rate(case, command)
        case CorrectFee():
            _judge_correction(case, command)
        case RequestRateException():
            _judge_exception(case, command)
        case RevokeRateException():
            _judge_revocation(case, command)
        case _:
            assert_never(command)


def _judge_purchase(case: Case, command: SubscribeSms) -> None:
    tier = Tier(str(case.client(command.client_id)["tier"]))
    wanted = EligibilityCase(apply=AnyProduct(command.product.value), tier=tier)
    require(check_eligibility(case.settings, wanted))
    bundle = configured(case.settings.products.bundle, "BUNDLE")
    is_free = command.product in bundle and bool(held_products(case, command.client_id))
    demand(not is_free, "ALREADY_BUNDLED")
    subscribe(case.settings.sms, command.product, command.months, case.day)


def _judge_end(case: Case, command: CancelSubscription) -> None:
    row = found(
        case.row(
            SUBSCRIPTION,
            SUBSCRIPTION.c.subscription_id == command.subscription_id,
            SUBSCRIPTION.c.client_id == command.client_id,
            SUBSCRIPTION.c.state != SubscriptionState.ENDED.value,
        ),
        "SUBSCRIPTION_NOT_FOUND",
        "没有这项订阅,或已经结束",
    )
    is_own = row["state"] == SubscriptionState.ACTIVE.value
    demand(is_own, "SUBSCRIPTION_STATE", "随产品赠送或暂停中的订阅不能单独终止")
    ends_on = str(row["ends_on"])
    is_in_time = not ends_on or command.last_day <= ends_on
    demand(is_in_time, "LAST_DAY_LATE", f"该订阅已于 {ends_on} 到期")


def _judge_application(case: Case, command: ApplyForProduct) -> None:
    holds = held_products(case, command.client_id)
    can_renew = command.action != "renew" or command.product in holds
    demand(can_renew, "NOTHING_TO_RENEW", f"客户没有在用的产品 {command.product}")
    row: Row = {
        "client_id": command.client_id,
        "product": command.product.value,
        "action": command.action,
        "switch_from": command.switch_from.value if command.switch_from else "",
        "initiative": command.initiative,
        "on_site": command.on_site,
        "discretionary": command.discretionary,
    }
    _judge(case, _case_of(case, row, None))


def _judge_papers(case: Case, command: SignApplication) -> None:
    row = _stepping(case, command, _S.SIGNED)
    signed: Row = {
        "agreement_ref": command.agreement_ref,
        "risk_statement_ref": command.risk_statement_ref,
        "recording_ref": command.recording_ref,
        "warning_signed": command.warning_signed,
    }
    _judge(case, _case_of(case, row, _papers(row | signed)))


def _judge_rate(case: Case, command: ChangeBaseRate) -> None:
    case.client(command.client_id)
    day = day_of(command.starts_on)
    rate = permille_of_rate(command.rate_units)
    require(check_rate(load_market_rules(), case.settings_on(day), rate, Basis.ALL_IN, day))
    case.require_maker(ApprovalKind.PRODUCT)


def _judge_correction(case: Case, command: CorrectFee) -> None:
    case.client(command.client_id)
    of_client = PRODUCT_FEE.c.client_id == command.client_id
    entries = [
        row
        for row in case.rows(PRODUCT_FEE, of_client)
        if command.fee_id in (row["fee_id"], row["about"])
    ]
    if not any(row["fee_id"] == command.fee_id and not row["about"] for row in entries):
        raise refused("FEE_NOT_FOUND", f"没有年费 {command.fee_id}")
    standing = sum(int(row["amount_cents"] or 0) for row in entries)
    demand(standing != command.amount_cents, "NOTHING_CHANGED", "年费已是该金额")
    case.require_maker(ApprovalKind.PRODUCT)


def _judge_exception(case: Case, command: RequestRateException) -> None:
    wanted = CappedRateCase(
        product=command.product,
        tier=Tier(str(case.client(command.client_id)["tier"])),
        x_permille=base_rate_permille(case, command.client_id),
        rate_permille=permille_of_rate(command.rate_units),
    )
    require(judge_capped_rate(load_market_rules(), case.settings, wanted, case.day))
    one = RATE_EXCEPTION.c
    running = case.row(
        RATE_EXCEPTION,
        one.client_id == command.client_id,
        one.product == command.product.value,
        one.state.in_(_OPEN),
    )
    demand(running is None, "EXCEPTION_RUNNING")
    case.require_maker(ApprovalKind.RATE_EXCEPTION)


def _judge_revocation(case: Case, command: RevokeRateException) -> None:
    case.client(command.client_id)
    one = RATE_EXCEPTION.c
    running = case.row(
        RATE_EXCEPTION,
        one.exception_id == command.exception_id,
        one.client_id == command.client_id,
        one.state == ExceptionState.APPROVED.value,
    )
    ends_on = str(found(running, "EXCEPTION_NOT_FOUND", "没有这项已批准的费率例外")["ends_on"])
    demand(command.last_day < ends_on, "LAST_DAY_LATE", f"该例外于 {ends_on} 到期")
    case.require_maker(ApprovalKind.RATE_EXCEPTION)


def _stepping(
    case: Case,
    command: SignApplication | SubmitApplication | WithdrawApplication,
    state: ApplicationState,
) -> Row:
    """Return the application, which the state table lets go on to ``state``."""
    row = found(
        case.row(
            APPLICATION,
            APPLICATION.c.application_id == command.application_id,
            APPLICATION.c.client_id == command.client_id,
        ),
        "APPLICATION_NOT_FOUND",
        f"没有申请 {command.application_id}",
    )
    before = ApplicationState(str(row["state"]))
    told = f"申请处于 {before},不能直接到 {state}"
    demand(may_step(APPLICATION_STEPS, before, state), "APPLICATION_STATE", told)
    return row


def _judge(case: Case, wanted: ApplicationCase) -> None:
    judgement = judge_application(load_market_rules(), case.settings, wanted, case.day)
    if judgement.reason:
        quoted = judgement.quote.computed_permille
        numbers = {"可选": judgement.offers, "测算费率‰": quoted}
        raise refused_by(judgement.reason, numbers)


def _case_of(case: Case, row: Row, papers: Papers | None) -> ApplicationCase:
    client_id, leaves = str(row["client_id"]), str(row["switch_from"])
    client = case.client(client_id)
    tested = str(client["risk_tested_on"])
    return ApplicationCase(
        product=Product(str(row["product"])),
        action=Action(str(row["action"])),
        tier=Tier(str(client["tier"])),
        x_permille=base_rate_permille(case, client_id),
        risk_class=RiskClass(str(client["risk_class"])) if client["risk_class"] else None,
        tested_on=date.fromisoformat(tested) if tested else None,
        lowest_class=_is_lowest(case, client_id, tested),
        holds=tuple(AnyProduct(one.value) for one in held_products(case, client_id)),
        switch_from=AnyProduct(leaves) if leaves else None,
        mandate=Mandate.DISCRETIONARY if row["discretionary"] else Mandate.ADVICE,
        initiative=cast(Literal["client", "staff"], row["initiative"]),
        on_site=bool(row["on_site"]),
        papers=papers,
        capped=capped_rates(case, client_id),
    )


def _papers(row: Row) -> Papers:
    """What was signed; the base rate of a quote that central has not made yet is not known."""
    x_units = int(row["x_units"] or 0)
    return Papers(
        agreement_ref=str(row["agreement_ref"]),
        risk_statement_ref=str(row["risk_statement_ref"]),
        recording_ref=str(row["recording_ref"]),
        warning_signed=bool(row["warning_signed"]),
        signed_x_permille=permille_of_rate(x_units) if x_units else None,
    )


def _is_lowest(case: Case, client_id: str, tested_on: str) -> bool:
    of_day = (RISK_TEST.c.client_id == client_id, RISK_TEST.c.tested_on == tested_on)
    tests = sorted(case.rows(RISK_TEST, *of_day), key=lambda row: str(row["test_id"]))
    return bool(tests and tests[-1]["lowest_class"])
