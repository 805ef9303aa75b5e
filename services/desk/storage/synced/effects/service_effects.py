"""What commands of client service change on this desk at once (待同步).

What a second person has to decide shows as a pending approval, points for it as held; other figures
that central's rules make (rates, ends of terms) show when central has answered.
"""

from collections.abc import Iterator
from datetime import date

import msgspec

from models.dates import day_text
from models.lives.application import ApplicationState, ExceptionState
from models.lives.approval import ApprovalState, Verdict
from models.lives.points_hold import HoldState
from models.lives.relation import INVERSES
from models.rules.basis.settings.words import ApprovalKind
from models.rules.points.redeem import last_day
from models.tables.files import IMPORT_BATCH
from models.tables.firm import CONTACT, SUBSCRIPTION, TASK
from models.tables.pricing import RATE_EXCEPTION
from models.tables.service import (
    APPLICATION,
    APPROVAL,
    APPROVAL_QUEUE,
    CONSENT,
    POINTS_HOLD,
    RELATION,
    RISK_TEST,
)
from models.wire.commands import Envelope
from models.wire.service.approvals import (
    ActivateMandate,
    DecideApproval,
    GrantTier,
    ProposeSetting,
    RequestExport,
    RequestUnmask,
    WithdrawApproval,
)
from models.wire.service.clients import (
    EditContact,
    EndRelation,
    HandOverClients,
    RecordConsent,
    RecordRiskTest,
    RelateClients,
)
from models.wire.service.files import RequestImport
from models.wire.service.points import (
    AwardSuggestion,
    CorrectCommission,
    RecordReferral,
    RedeemPoints,
    UpgradeTier,
)
from models.wire.service.products import (
    ApplyForProduct,
    CancelSubscription,
    ChangeBaseRate,
    CorrectFee,
    RequestRateException,
    RevokeRateException,
    SignApplication,
    SubmitApplication,
    SubscribeSms,
    WithdrawApplication,
)
from models.wire.service.tasks import AddReminder, MoveTask
from models.wire.service.teams.campaigns import SubmitCampaign
from models.wire.service.titles import TITLES
from models.wire.service.training import AddQuestion, LoadBank, PublishCourse, RetireQuestion
from services.desk.storage.rows import Row
from services.desk.storage.synced.effects.call_effects import call_effects
from services.desk.storage.synced.effects.campaign_effects import campaign_effects
from services.desk.storage.synced.effects.household_effects import household_effects
from services.desk.storage.synced.effects.plan_effects import plan_effects
from services.desk.storage.synced.effects.present import Effect, Rows, change, key_in_branch, owned
from services.desk.storage.synced.effects.question_effects import question_effects
from services.desk.storage.synced.effects.training_effects import training_effects

_KINDS: dict[type, ApprovalKind] = {
    SubmitApplication: ApprovalKind.PRODUCT,
    ChangeBaseRate: ApprovalKind.PRODUCT,
    CorrectFee: ApprovalKind.PRODUCT,
    RequestRateException: ApprovalKind.RATE_EXCEPTION,
    RevokeRateException: ApprovalKind.RATE_EXCEPTION,
    RedeemPoints: ApprovalKind.POINTS,
    UpgradeTier: ApprovalKind.POINTS,
    RecordReferral: ApprovalKind.POINTS,
    AwardSuggestion: ApprovalKind.POINTS,
    CorrectCommission: ApprovalKind.POINTS,
    GrantTier: ApprovalKind.TIER,
    ProposeSetting: ApprovalKind.SETTING,
    RequestExport: ApprovalKind.EXPORT,
    RequestUnmask: ApprovalKind.UNMASK,
    ActivateMandate: ApprovalKind.MANDATE,
    AddQuestion: ApprovalKind.TRAINING,
    RetireQuestion: ApprovalKind.TRAINING,
    PublishCourse: ApprovalKind.TRAINING,
    LoadBank: ApprovalKind.TRAINING,
    SubmitCampaign: ApprovalKind.CAMPAIGN,
    HandOverClients: ApprovalKind.HAND_OVER,
}


def service_effects(envelope: Envelope, rows: Rows) -> Iterator[Effect]:
    """Yield the rows as the command makes them."""
    kind = _KINDS.get(type(envelope.command))
    if kind is not None:
        yield APPROVAL, _asked(envelope, kind)
    match envelope.command:
        case AddReminder() as command:
            opened: Row = {"kind": "reminder", "state": "open", "note": "", "about": ""}
            yield TASK, owned(envelope) | opened | msgspec.to_builtins(command)
        case MoveTask() as command:
            key = key_in_branch(envelope, "task_id", command.task_id)
            yield from change(TASK, key, {"due_at": command.new_time}, rows)
        case DecideApproval() | WithdrawApproval():
            yield from _of_approvals(envelope, rows)
        case _:
            yield from _of_products(envelope, rows)
            yield from _of_points(envelope)
            yield from _of_clients(envelope, rows)
            yield from household_effects(envelope, rows)
            yield from training_effects(envelope, rows)
            yield from campaign_effects(envelope, rows)
            yield from question_effects(envelope, rows)
            yield from call_effects(envelope, rows)
            yield from plan_effects(envelope, rows)


def _asked(envelope: Envelope, kind: ApprovalKind) -> Row:
    """The pending approval, under the id that central will give it."""
    command = envelope.command
    own = owned(envelope)
    if kind is ApprovalKind.SETTING:
        own |= {"branch_id": "*", "manager_id": "*"}
    client = getattr(command, "client_id", None) or getattr(command, "referred", None)
    return own | {
        "approval_id": envelope.command_id,
        "client_id": client,
        "kind": kind.value,
        "title": TITLES[str(command.__struct_config__.tag)],
        "maker": envelope.author,
        "made_at": envelope.created_at,
        "state": ApprovalState.PENDING.value,
    }


def _of_approvals(envelope: Envelope, rows: Rows) -> Iterator[Effect]:
    command = envelope.command
    told: Row
    if isinstance(command, WithdrawApproval):
        told = {"state": ApprovalState.WITHDRAWN.value, "note": command.note}
        key = key_in_branch(envelope, "approval_id", command.approval_id)
        yield from change(APPROVAL, key, told, rows)
        yield from _released(envelope, command.approval_id, rows)
    elif isinstance(command, DecideApproval):
        approved = command.verdict is Verdict.APPROVE
        state = ApprovalState.APPROVED if approved else ApprovalState.REFUSED
        told = {"state": state.value, "decided_by": envelope.author, "note": command.note}
        key = key_in_branch(envelope, "approval_id", command.approval_id)
        yield from change(APPROVAL, key, told, rows)
        yield from change(APPROVAL_QUEUE, key | {"checker": envelope.author}, {}, rows)
        if not approved:
            yield from _released(envelope, command.approval_id, rows)


def _released(envelope: Envelope, approval_id: str, rows: Rows) -> Iterator[Effect]:
    """Held points come back; those that are to be burned stay held until central has spent them."""
    key = key_in_branch(envelope, "hold_id", approval_id)
    ended: Row = {"state": HoldState.RELEASED.value, "ended_at": envelope.created_at}
    yield from change(POINTS_HOLD, key, ended, rows)


def _of_points(envelope: Envelope) -> Iterator[Effect]:
    """What an application holds, as the desk reckoned it."""
    command = envelope.command
    if not isinstance(command, RedeemPoints | UpgradeTier) or not command.cost_milli:
        return
    yield (
        POINTS_HOLD,
        owned(envelope)
        | {
            "hold_id": envelope.command_id,
            "client_id": command.client_id,
            "points_milli": command.cost_milli,
            "purpose": "upgrade" if isinstance(command, UpgradeTier) else "redemption",
            "state": HoldState.HELD.value,
            "held_at": envelope.created_at,
        },
    )


def _of_products(envelope: Envelope, rows: Rows) -> Iterator[Effect]:
    match envelope.command:
        case SubscribeSms() as command:
            starts = day_text(envelope.created_at)
            ends = last_day(None, command.months, date.fromisoformat(starts)).isoformat()
            told: Row = {"state": "active", "starts_on": starts, "ends_on": ends}
            paid: Row = {"paid_by": "cash", "about": command.payment_ref}
            made = owned(envelope) | told | paid | {"product": command.product.value}
            made |= {"subscription_id": command.subscription_id, "client_id": command.client_id}
            yield SUBSCRIPTION, made
        case CancelSubscription() as command:
            key = key_in_branch(envelope, "subscription_id", command.subscription_id)
            yield from change(SUBSCRIPTION, key, {"ends_on": command.last_day}, rows)
        case ApplyForProduct() as command:
            wanted = msgspec.to_builtins(command) | {"switch_from": command.switch_from or ""}
            state = {"state": ApplicationState.APPLIED.value, "applied_at": envelope.created_at}
            yield APPLICATION, owned(envelope) | wanted | state
        case SignApplication() as command:
            signed: Row = {"state": ApplicationState.SIGNED.value}
            signed |= msgspec.to_builtins(command)
            yield from _application(envelope, command.application_id, signed, rows)
        case SubmitApplication() as command:
            asked: Row = {
                "state": ApplicationState.SUBMITTED.value,
                "approval_id": envelope.command_id,
            }
            yield from _application(envelope, command.application_id, asked, rows)
        case WithdrawApplication() as command:
            gone: Row = {"state": ApplicationState.WITHDRAWN.value, "note": command.note}
            yield from _application(envelope, command.application_id, gone, rows)
        case RequestRateException() as command:
            yield RATE_EXCEPTION, owned(envelope) | _exception(envelope, command)
        case _:
            return


def _exception(envelope: Envelope, command: RequestRateException) -> Row:
    return {
        "exception_id": command.exception_id,
        "client_id": command.client_id,
        "product": command.product.value,
        "rate_units": command.rate_units,
        "reason": command.reason,
        "ends_on": command.until,
        "state": ExceptionState.SUBMITTED.value,
        "approval_id": envelope.command_id,
        "asked_at": envelope.created_at,
    }


def _application(
    envelope: Envelope, application_id: str, values: Row, rows: Rows
) -> Iterator[Effect]:
    key = key_in_branch(envelope, "application_id", application_id)
    yield from change(APPLICATION, key, values, rows)


def _of_clients(envelope: Envelope, rows: Rows) -> Iterator[Effect]:
    match envelope.command:
        case EditContact() as command:
            key = key_in_branch(envelope, "contact_id", command.contact_id)
            words = {
                "channel": command.channel,
                "direction": command.direction,
                "summary": command.summary,
            }
            yield from change(CONTACT, key, {**words}, rows)
        case RecordConsent() as command:
            by = {"recorded_by": envelope.author}
            yield CONSENT, owned(envelope) | by | msgspec.to_builtins(command)
        case RequestImport() as command:
            yield IMPORT_BATCH, owned(envelope) | _queued(envelope, command)
        case RecordRiskTest() as command:
            by = {"recorded_by": envelope.author, "risk_class": "", "valid_to": ""}
            yield RISK_TEST, owned(envelope) | by | msgspec.to_builtins(command)
        case RelateClients() as command:
            yield from _related(envelope, command)
        case EndRelation() as command:
            key = key_in_branch(envelope, "relation_id", command.relation_id)
            for side in rows.find(RELATION, key):  # the other client may be at another desk
                yield RELATION, side | {"ended_at": envelope.created_at}
        case _:
            return


def _queued(envelope: Envelope, command: RequestImport) -> Row:
    """An import that central has not judged has no state and no counts."""
    return {
        "import_id": command.import_id,
        "kind": command.kind.value,
        "name": command.name,
        "file_hash": command.file_hash,
        "digest": command.digest,
        "author": envelope.author,
        "day": command.day,
        "made_at": envelope.created_at,
    }


def _related(envelope: Envelope, command: RelateClients) -> Iterator[Effect]:
    since = day_text(envelope.created_at)
    both = (
        (command.client_id, command.other_id, command.kind),
        (command.other_id, command.client_id, INVERSES[command.kind]),
    )
    for client_id, other_id, kind in both:
        sides: Row = {"client_id": client_id, "other_id": other_id, "kind": kind.value}
        told: Row = {"relation_id": command.relation_id, "since": since, "ended_at": ""}
        yield RELATION, owned(envelope) | sides | told
