"""What an approved command does, and what becomes of one that was not approved."""

from models.lives.approval import ApprovalState
from models.wire.commands import Command
from models.wire.service.approvals import (
    ActivateMandate,
    GrantTier,
    ProposeSetting,
    RequestExport,
    RequestUnmask,
)
from models.wire.service.clients import HandOverClients
from models.wire.service.files import RequestImport, UndoImport, UndoLoad
from models.wire.service.points import (
    AwardSuggestion,
    CorrectCommission,
    RecordReferral,
    RedeemPoints,
    UpgradeTier,
)
from models.wire.service.products import (
    ChangeBaseRate,
    CorrectFee,
    RequestRateException,
    RevokeRateException,
    SubmitApplication,
)
from models.wire.service.teams.campaigns import SubmitCampaign
from models.wire.service.training import AddQuestion, LoadBank, PublishCourse, RetireQuestion
from models.wire.soundness import check_sound
from services.central.handlers.approvals.grant_tier import give_tier
from services.central.handlers.approvals.mandate import start_mandate
from services.central.handlers.approvals.mass_unmask import release_unmask
from services.central.handlers.approvals.set_setting import set_setting
from services.central.handlers.clients.hand_over import carry_hand_over
from services.central.handlers.clients.teams.campaigns.plan import approve_campaign, send_back
from services.central.handlers.files.apply import apply_import, refuse_import
from services.central.handlers.files.export import release_export
from services.central.handlers.files.loads import undo_load
from services.central.handlers.files.undo import forget_undo, undo_import
from services.central.handlers.points.correct import post_correction
from services.central.handlers.points.hold import release_hold
from services.central.handlers.points.redeem import deliver_redemption
from services.central.handlers.points.referral import post_referral
from services.central.handlers.points.suggestion import post_suggestion
from services.central.handlers.points.upgrade import deliver_upgrade
from services.central.handlers.products.approve import approve_application, refuse_application
from services.central.handlers.products.base_rate import set_base_rate
from services.central.handlers.products.exception import (
    approve_rate_exception,
    refuse_rate_exception,
    revoke_rate_exception,
)
from services.central.handlers.products.fee import post_fee_correction
from services.central.handlers.training.bank import teach
from services.central.handlers.work import Work, require


async def carry_out(held: Work, approval_id: str, checker: str) -> None:
    """Do it by the rules and rows of now; Refused or NotConfigured when these have changed."""
    require(check_sound(held.envelope.command, held.now))
    match held.envelope.command:
        case ProposeSetting() as command:
            await set_setting(held, command, approval_id, checker)
        case GrantTier() as command:
            await give_tier(held, command, approval_id)
        case RequestExport() as command:
            await release_export(held, command, approval_id)
        case RequestUnmask() as command:
            await release_unmask(held, command, approval_id)
        case ActivateMandate() as command:
            await start_mandate(held, command)
        case SubmitApplication() as command:
            await approve_application(held, command, approval_id)
        case SubmitCampaign() as command:
            await approve_campaign(held, command)
        case HandOverClients() as command:
            await carry_hand_over(held, command, approval_id)
        case RedeemPoints() as command:
            await deliver_redemption(held, command)
        case UpgradeTier() as command:
            await deliver_upgrade(held, command, approval_id, checker)
        case AwardSuggestion() as command:
            await post_suggestion(held, command)
        case RecordReferral() as command:
            await post_referral(held, command, approval_id)
        case CorrectCommission() as command:
            await post_correction(held, command)
        case AddQuestion() | RetireQuestion() | PublishCourse() | LoadBank() as command:
            await teach(held, command, approval_id)
        case (
            ChangeBaseRate() | CorrectFee() | RequestRateException() | RevokeRateException()
        ) as command:
            await _carry_out_prices(held, command, approval_id)
        case other:
            await _carry_out_files(held, other, approval_id)


async def _carry_out_prices(
    held: Work,
    command: ChangeBaseRate | CorrectFee | RequestRateException | RevokeRateException,
    approval_id: str,
) -> None:
    match command:
        case ChangeBaseRate():
            await set_base_rate(held, command, approval_id)
        case CorrectFee():
            await post_fee_correction(held, command, approval_id)
        case RequestRateException():
            await approve_rate_exception(held, command)
        case RevokeRateException():
            await revoke_rate_exception(held, command, approval_id)


async def _carry_out_files(held: Work, command: Command, approval_id: str) -> None:
    match command:
        case RequestImport():
            await apply_import(held, command, approval_id)
        case UndoImport():
            await undo_import(held, command, approval_id)
        case UndoLoad():
            await undo_load(held, command, approval_id)
        case other:
            raise TypeError(f"{type(other).__name__} is never held")


async def let_go(held: Work, state: ApprovalState) -> None:
    """Release what waits for the command."""
    match held.envelope.command:
        case RedeemPoints() | UpgradeTier():
            await release_hold(held, held.envelope.command_id)
        case RequestImport() as command:
            await refuse_import(held, command)
        case UndoImport() as command:
            await forget_undo(held, command)
        case SubmitCampaign() as command:
            await send_back(held, command)
        case SubmitApplication() as command:
            await refuse_application(held, command, state)
        case RequestRateException() as command:
            await refuse_rate_exception(held, command, state)
        case _:
            return
