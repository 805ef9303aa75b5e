"""Two campaigns: a strategy seminar of the coming week, and a report meeting that is over."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from models.clients.tier import Tier
from models.lives.teams.campaign import WITHOUT_SEAT, CampaignState, InvitationState
from models.rules.basis.settings.campaigns import CampaignSettings
from models.rules.messages.campaigns.invite import is_control
from models.rules.messages.campaigns.kinds import CampaignKind
from models.tables.campaigns import branch_stream
from services.central.demo.cast import BRANCH, MANAGERS
from services.central.demo.plan import ClientPlan
from services.central.demo.tables.row import Row, moment, owned

SEMINAR, MEETING = "CAMPAIGN-SEMINAR", "CAMPAIGN-MEETING"
_IN_DAYS, _DAYS_AGO = 5, 62
_GUESTS = 24
_S, _I = CampaignState, InvitationState
_CAME = (_I.ATTENDED, _I.ATTENDED, _I.ABSENT, _I.ATTENDED, _I.DECLINED, _I.ATTENDED)
# Clients counted, clients left out; mean changes in cents of assets and commission, theirs beside.
_EFFECTS = {
    "attended": (14, 9, 1_860_000, 540_000, 11_200, 4_300),
    "invited": (20, 9, 1_210_000, 540_000, 8_900, 4_300),
}


def campaign_rows(plans: Sequence[ClientPlan], today: date) -> Iterator[Row]:
    """Rows of ``campaign``."""
    yield _campaign(
        SEMINAR, CampaignKind.STRATEGY_SEMINAR, today + timedelta(days=_IN_DAYS), _S.APPROVED
    ) | {"title": "白金客户投资策略研讨会", "capacity": 30, "seats_taken": 0}
    taken = [_state(order) not in WITHOUT_SEAT for order, _ in enumerate(_guests(plans))]
    yield _campaign(
        MEETING, CampaignKind.REPORT_MEETING, today - timedelta(days=_DAYS_AGO), _S.CLOSED
    ) | {"title": "年末投资策略报告会", "capacity": 60, "seats_taken": sum(taken)}


def invitation_rows(plans: Sequence[ClientPlan], today: date) -> Iterator[Row]:
    """Rows of ``campaign_invitation``: who was asked to the meeting that is over."""
    asked = today - timedelta(days=_DAYS_AGO + 9)
    for order, plan in enumerate(_guests(plans)):
        yield owned(plan) | {
            "campaign_id": MEETING,
            "client_branch": BRANCH,
            "channel": "phone",
            "state": _state(order).value,
            "invited_by": f"demo-{plan.manager_id}",
            "invited_at": moment(asked, 10, 0),
            "answered_at": moment(asked + timedelta(days=1), 15, 0),
            "answered_over": "phone",
            "version": 3,
        }


def effect_rows(today: date) -> Iterator[Row]:
    """Rows of ``campaign_effect``: what came of it."""
    for treated, figures in _EFFECTS.items():
        clients, left_out, assets, their_assets, commission, their_commission = figures
        yield {
            "branch_id": BRANCH,
            "campaign_id": MEETING,
            "treated": treated,
            "manager_id": branch_stream(BRANCH),
            "reckoned_on": (today - timedelta(days=_DAYS_AGO - 30)).isoformat(),
            "treated_clients": clients,
            "control_clients": left_out,
            "treated_assets_cents": assets,
            "control_assets_cents": their_assets,
            "treated_commission_cents": commission,
            "control_commission_cents": their_commission,
        }


def consent_rows(plans: Sequence[ClientPlan], today: date) -> Iterator[Row]:
    """Rows of ``consent``: platinum clients agreed to be called about such events."""
    for plan in plans:
        if plan.tier is Tier.PLATINUM:
            yield owned(plan) | {
                "consent_id": f"CS-{plan.client_id}",
                "purpose": "marketing",
                "channel": "phone",
                "form": "explicit",
                "proof_ref": f"录音-{plan.client_id}",
                "at": moment(today - timedelta(days=120), 10, 0),
                "recorded_by": plan.manager_id,
            }


def _campaign(campaign_id: str, kind: CampaignKind, day: date, state: CampaignState) -> Row:
    return {
        "branch_id": BRANCH,
        "campaign_id": campaign_id,
        "manager_id": branch_stream(BRANCH),
        "author": MANAGERS[0],
        "kind": kind.value,
        "place": "营业部三楼报告厅",
        "channel": "phone",
        "starts_at": moment(day, 14, 0),
        "state": state.value,
    }


def _guests(plans: Sequence[ClientPlan]) -> list[ClientPlan]:
    """The first clients above the lowest tier who were not left out to compare with."""
    share = CampaignSettings(control_permille=200)
    asked = (
        plan
        for plan in plans
        if plan.tier is not Tier.ORDINARY and not is_control(share, MEETING, plan.client_id)
    )
    return [plan for plan, _ in zip(asked, range(_GUESTS), strict=False)]


def _state(order: int) -> InvitationState:
    return _CAME[order % len(_CAME)]
