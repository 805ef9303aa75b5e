"""Requests for a second person, and his answer (features F27)."""

from datetime import date, datetime
from typing import assert_never

from models.clients.tier import TIERS, Role, Tier
from models.lives.approval import (
    APPROVAL_STEPS,
    ApprovalState,
    CheckCase,
    judge_check,
)
from models.lives.mandate import MandateStart, MandateState, judge_start
from models.lives.steps import may_step
from models.rules.access.entitlement import EntitlementCase, Use, check_entitlement
from models.rules.basis.settings.words import ApprovalKind
from models.rules.instructions.program.gate import ReportState
from models.tables.firm import MANDATE, STAFF
from models.tables.service import APPROVAL, APPROVAL_QUEUE
from models.wire.service.approvals import (
    ActivateMandate,
    ApprovalCommand,
    DecideApproval,
    GrantTier,
    ProposeSetting,
    RequestExport,
    RequestUnmask,
    WithdrawApproval,
)
from services.desk.service.case import Case, demand, found, require
from services.desk.service.facts import running_products
from services.desk.storage.rows import Row


def judge_approval(case: Case, command: ApprovalCommand) -> None:
    """Find the judge of a command of this kind."""
    match command:
        case DecideApproval():
            _judge_decision(case, command)
        case WithdrawApproval():
            _judge_withdrawal(case, command)
        case GrantTier():
            _judge_grant(case, command)
        case ProposeSetting():
            case.require_maker(ApprovalKind.SETTING)
        case RequestExport():
            _judge_taking_out(case, command, ApprovalKind.EXPORT)
        case RequestUnmask():
            _judge_taking_out(case, command, ApprovalKind.UNMASK)
        case ActivateMandate():
            _judge_mandate(case, command)
        case _:
            assert_never(command)


def _judge_decision(case: Case, command: DecideApproval) -> None:
    """What is in this person's queue, in the role that he has it there in."""
    queue = APPROVAL_QUEUE.c
    row = found(
        case.row(
            APPROVAL_QUEUE,
            queue.approval_id == command.approval_id,
            queue.checker == case.staff_id,
        ),
        "NOT_IN_QUEUE",
        "该申请不在您的待复核之列,或已有结果",
    )
    until, from_on = str(row["until"]), str(row["from_on"])
    runs = not until or from_on <= case.day.isoformat() <= until
    demand(runs, "DELEGATION_OVER", f"代理期限为 {from_on} 至 {until}")
    require(judge_check(case.settings.approvals, _check_case(case, row), case.now))


def _check_case(case: Case, row: Row) -> CheckCase:
    return CheckCase(
        kind=ApprovalKind(str(row["kind"])),
        state=ApprovalState.PENDING,
        maker=str(row["maker"]),
        manager="",
        due_at=datetime.fromisoformat(str(row["due_at"])),
        checker=case.staff_id,
        role=Role(str(row["as_role"])),
    )


def _judge_withdrawal(case: Case, command: WithdrawApproval) -> None:
    row = found(
        case.row(APPROVAL, APPROVAL.c.approval_id == command.approval_id),
        "APPROVAL_NOT_FOUND",
        f"没有复核申请 {command.approval_id}",
    )
    mine = row["maker"] == case.staff_id or _is_taken_over(case, row)
    demand(mine, "NOT_THE_MAKER", "只有申请人,或已接收该客户的经理,可以撤回")
    state = ApprovalState(str(row["state"]))
    demand(may_step(APPROVAL_STEPS, state, ApprovalState.WITHDRAWN), "APPROVAL_CLOSED")


def _is_taken_over(case: Case, row: Row) -> bool:
    """About a client of this person's, by who had him before: a manager, somebody of a branch."""
    if row["client_id"] is None or row["manager_id"] != case.staff_id:
        return False
    maker = case.row(STAFF, STAFF.c.staff_id == row["maker"])
    is_away = maker is not None and maker["branch_id"] != case.branch_id
    return maker is not None and (is_away or maker["role"] == Role.MANAGER.value)


def _judge_grant(case: Case, command: GrantTier) -> None:
    client = case.client(command.client_id)
    present = Tier(str(client["tier"]))
    is_higher = TIERS.index(command.tier) > TIERS.index(present)
    demand(is_higher, "GRANT_NOT_HIGHER", f"客户现为 {present},授予的等级并不更高")
    case.require_maker(ApprovalKind.TIER)


def _judge_taking_out(
    case: Case, command: RequestExport | RequestUnmask, kind: ApprovalKind
) -> None:
    for client_id in command.client_ids:
        case.client(client_id)
    case.require_maker(kind)


def _judge_mandate(case: Case, command: ActivateMandate) -> None:
    mandate = found(
        case.row(
            MANDATE,
            MANDATE.c.mandate_id == command.mandate_id,
            MANDATE.c.client_id == command.client_id,
        ),
        "MANDATE_NOT_FOUND",
        f"没有程序化授权 {command.mandate_id}",
    )
    start = MandateStart(
        state=MandateState(str(mandate["state"])),
        report=ReportState(str(mandate["report_state"])),
        ends_on=date.fromisoformat(str(mandate["ends_on"])) if mandate["ends_on"] else None,
        is_entitled=_is_entitled(case, command.client_id),
    )
    require(judge_start(start, case.day))
    case.require_maker(ApprovalKind.MANDATE)


def _is_entitled(case: Case, client_id: str) -> bool:
    wanted = EntitlementCase(
        use=Use.TRADING_PROGRAM,
        tier=Tier(str(case.client(client_id)["tier"])),
        products=running_products(case, client_id),
    )
    return check_entitlement(case.settings.products, wanted).ok
