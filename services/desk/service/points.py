"""Points: redemption, upgrade, awards, corrections (service-system S33-S37, D10, D11)."""

from datetime import date
from typing import assert_never

from msgspec.structs import replace

from models.clients.tier import Tier
from models.dates import day_of
from models.money import POINTS_MILLI_PER_POINT
from models.rules.basis.settings.words import ApprovalKind
from models.rules.points.accrue import accrue
from models.rules.points.events import BonusEvent, LoyaltyEvent, ReferralEvent, SuggestionEvent
from models.rules.points.redeem import RedeemAnswer, RedeemCase, RedeemRequest, redeem
from models.rules.points.upgrade import ApplyStep, UpgradeAccount, take
from models.tables.firm import POINTS_ENTRY, TRADE_FILL
from models.tables.service import RELATION
from models.wire.commands import ServiceCommand
from models.wire.service.points import (
    AwardLoyalty,
    AwardSuggestion,
    CorrectCommission,
    PointsCommand,
    RecordReferral,
    RedeemPoints,
    UpgradeTier,
)
from services.desk.service.case import Case, demand, found, refused, refused_by
from services.desk.service.facts import (
    has_hold,
    held_products,
    paid_to,
    points_of,
    running_grant,
)

_UPGRADE = "upgrade"


def judge_points(case: Case, command: PointsCommand) -> None:
    """Find the judge of a command of this kind; all but loyalty ask for a second person."""
    match command:
        case RedeemPoints():
            _judge_redemption(case, command)
        case UpgradeTier():
            _judge_upgrade(case, command)
        case RecordReferral():
            _judge_referral(case, command)
        case AwardLoyalty():
            _judge_loyalty(case, command)
            return
        case AwardSuggestion():
            _judge_bonus(case, _suggestion(case, command), case.day)
        case CorrectCommission():
            _judge_correction(case, command)
        case _:
            assert_never(command)
    case.require_maker(ApprovalKind.POINTS)


def priced(case: Case, command: ServiceCommand) -> ServiceCommand:
    """Return an application for points with its cost by this desk's rules, others as they are."""
    if isinstance(command, RedeemPoints):
        cost = _redemption(case, command).cost
    elif isinstance(command, UpgradeTier):
        cost = case.settings.upgrade.cost
    else:
        return command
    return replace(command, cost_milli=int((cost or 0) * POINTS_MILLI_PER_POINT))


def _judge_redemption(case: Case, command: RedeemPoints) -> None:
    answer = _redemption(case, command)
    if not answer.ok:
        raise refused_by(answer.reason, {"需要": answer.cost, "还差": answer.short_by})


def _redemption(case: Case, command: RedeemPoints) -> RedeemAnswer:
    balance, held = points_of(case, case.client(command.client_id))
    wanted = RedeemCase(
        balance=balance,
        held=held,
        products=held_products(case, command.client_id),
        subscriptions=paid_to(case, command.client_id),
        requests=(RedeemRequest(command.redemption_id, command.product, command.months),),
    )
    [answer] = redeem(case.settings, wanted, case.day).answers
    return answer


def _judge_upgrade(case: Case, command: UpgradeTier) -> None:
    client = case.client(command.client_id)
    demand(not has_hold(case, command.client_id, _UPGRADE), "APPLICATION_PENDING")
    balance, held = points_of(case, client)
    account = UpgradeAccount(
        rule_tier=Tier(str(client["tier"])),
        balance=balance,
        held=held,
        grant=running_grant(case, command.client_id),
    )
    step = ApplyStep("apply", case.day, case.staff_id)
    _, answer = take(case.settings.upgrade, account, str(client["manager_id"]), step)
    if not answer.ok:
        raise refused_by(answer.reason, {"还差": answer.short_by})


def _judge_bonus(case: Case, event: BonusEvent, day: date) -> None:
    """By the settings of the day on which it was earned."""
    posted = case.row(POINTS_ENTRY, POINTS_ENTRY.c.entry_id == event.id)
    demand(posted is None, "DUPLICATE")
    [entry] = accrue(case.settings_on(day).points, (), (event,), day).entries
    if entry.reason:
        raise refused(entry.reason)


def _judge_referral(case: Case, command: RecordReferral) -> None:
    """The referrer may be another manager's client: central judges of him."""
    known = case.row(
        RELATION,
        RELATION.c.relation_id == f"referral-{command.referred}",
        RELATION.c.client_id == command.referred,
    )
    demand(known is None, "DUPLICATE")
    opened = day_of(str(case.client(command.referred)["opened_on"]))
    event = ReferralEvent(
        kind="referral",
        id=f"referral-{command.referred}",
        referrer=command.referrer,
        referred=command.referred,
        already_client=opened < day_of(command.recommended_on),
    )
    _judge_bonus(case, event, opened)


def _judge_loyalty(case: Case, command: AwardLoyalty) -> None:
    on, opened = day_of(command.on), day_of(str(case.client(command.client_id)["opened_on"]))
    event = LoyaltyEvent(
        kind="loyalty", id=f"loyalty-{command.client_id}-{on}", opened=opened, on=on
    )
    _judge_bonus(case, event, on)


def _suggestion(case: Case, command: AwardSuggestion) -> SuggestionEvent:
    case.client(command.client_id)
    return SuggestionEvent(
        kind="suggestion",
        id=f"suggestion-{command.suggestion_id}",
        suggestion=command.suggestion_id,
        state="awarded",
    )


def _judge_correction(case: Case, command: CorrectCommission) -> None:
    case.client(command.client_id)
    fill = case.row(
        TRADE_FILL,
        TRADE_FILL.c.fill_id == command.fill_id,
        TRADE_FILL.c.client_id == command.client_id,
    )
    found(fill, "FILL_NOT_FOUND", f"没有成交 {command.fill_id}")
