"""Commands that ask for a second person, and his answer."""

from typing import assert_never

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
from services.central.handlers.approvals.decide import decide_approval, withdraw_approval
from services.central.handlers.approvals.grant_tier import request_tier
from services.central.handlers.approvals.mandate import request_mandate
from services.central.handlers.approvals.mass_unmask import request_unmask
from services.central.handlers.approvals.set_setting import propose_setting
from services.central.handlers.files.export import request_export
from services.central.handlers.work import Work


async def apply_approval_command(work: Work, command: ApprovalCommand) -> None:
    """Find the handler of a command of this kind."""
    match command:
        case DecideApproval():
            await decide_approval(work, command)
        case WithdrawApproval():
            await withdraw_approval(work, command)
        case ProposeSetting():
            await propose_setting(work, command)
        case GrantTier():
            await request_tier(work, command)
        case RequestExport():
            await request_export(work, command)
        case RequestUnmask():
            await request_unmask(work, command)
        case ActivateMandate():
            await request_mandate(work, command)
        case _:
            assert_never(command)
