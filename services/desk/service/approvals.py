"""Requests for a second person, and his answer (features F27)."""

from datetime import datetime
from typing import assert_never

from models.clients.tier import TIERS, Role, Tier
from models.dates import day_of
from models.lives.approval import (
    APPROVAL_STEPS,
    ApprovalState,
    CheckCase,
    judge_check,
)
from models.lives.steps import may_step
from models.rules.basis.settings.words import ApprovalKind
from models.tables.firm import MANDATE
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
            told = "生效日必须晚于今天"
            demand(day_of(command.effective_from) > case.day, "SETTING_IN_THE_PAST", told)
        case RequestExport():
            _judge_export(case, command)
        case RequestUnmask():
            _judge_unmask(case, command)
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
    demand(row["maker"] == case.staff_id, "NOT_THE_MAKER", "只有申请人可以撤回")
    state = ApprovalState(str(row["state"]))
    demand(may_step(APPROVAL_STEPS, state, ApprovalState.WITHDRAWN), "APPROVAL_CLOSED")


def _judge_grant(case: Case, command: GrantTier) -> None:
    client = case.client(command.client_id)
    starts, ends = day_of(command.starts_on), day_of(command.ends_on)
    told = "授予期间必须自今天或以后开始,且不早于开始日结束"
    demand(case.day <= starts <= ends, "GRANT_DAYS", told)
    demand(bool(command.reason.strip()), "GRANT_REASON", "须写明授予理由")
    present = Tier(str(client["tier"]))
    is_higher = TIERS.index(command.tier) > TIERS.index(present)
    demand(is_higher, "GRANT_NOT_HIGHER", f"客户现为 {present},授予的等级并不更高")
    case.require_maker(ApprovalKind.TIER)


def _judge_export(case: Case, command: RequestExport) -> None:
    """Of the named clients, or of all, of some tiers where these are named."""
    in_time = not command.until or day_of(command.until) >= case.day
    demand(in_time, "EXPORT_DAYS", "导出期限已过")
    only_one = not (command.client_ids and command.tiers)
    demand(only_one, "CLIENTS_INVALID", "请只按客户或只按等级选择")
    _judge_take_out(case, command)
    case.require_maker(ApprovalKind.EXPORT)


def _judge_unmask(case: Case, command: RequestUnmask) -> None:
    demand(day_of(command.until) >= case.day, "UNMASK_OVER", "查看期限已过")
    demand(bool(command.client_ids), "CLIENTS_INVALID", "没有选择客户")
    _judge_take_out(case, command)
    case.require_maker(ApprovalKind.UNMASK)


def _judge_take_out(case: Case, command: RequestExport | RequestUnmask) -> None:
    demand(bool(command.reason.strip()), "REASON_MISSING", "须写明理由")
    clients = command.client_ids
    demand(len(set(clients)) == len(clients), "CLIENTS_INVALID", "客户重复")
    for client_id in clients:
        case.client(client_id)


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
    demand(mandate["state"] == "signed", "MANDATE_STATE", "只有已签署的授权可以启用")
    is_confirmed = mandate["report_state"] == "confirmed"
    demand(is_confirmed, "PROGRAM_REPORT_NOT_CONFIRMED", "程序化交易报告尚未确认")
    ends_on = str(mandate["ends_on"])
    demand(not ends_on or ends_on >= case.day.isoformat(), "MANDATE_OVER", "授权期限已过")
    case.require_maker(ApprovalKind.MANDATE)
