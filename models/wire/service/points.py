"""Commands about points (service-system S33-S37)."""

import msgspec

from models.rules.basis.settings.words import Sms


class RedeemPoints(msgspec.Struct, frozen=True, tag="redeem_points"):
    """Ask for months of SMS1-3 for points: held now, burned when approved.

    ``cost_milli``: what the desk shows as held until central has reckoned for itself.
    """

    redemption_id: str
    client_id: str
    product: Sms
    months: int
    cost_milli: int = 0


class UpgradeTier(msgspec.Struct, frozen=True, tag="upgrade_tier"):
    """Ask for the next tier for points: held now, burned when approved (D11).

    ``cost_milli`` as in RedeemPoints.
    """

    upgrade_id: str
    client_id: str
    cost_milli: int = 0


class RecordReferral(msgspec.Struct, frozen=True, tag="record_referral"):
    """Ask for the points of a client who recommended another on a day; once for a new client.

    ``referrer`` may be a client of another manager, known by his number.
    """

    referrer: str
    referred: str
    recommended_on: str


class AwardLoyalty(msgspec.Struct, frozen=True, tag="award_loyalty"):
    """Post the points of an anniversary of the account."""

    client_id: str
    on: str


class AwardSuggestion(msgspec.Struct, frozen=True, tag="award_suggestion"):
    """Ask for the points of a suggestion that won an award."""

    suggestion_id: str
    client_id: str
    title: str


class CorrectCommission(msgspec.Struct, frozen=True, tag="correct_commission"):
    """Ask to charge a trade ``amount_cents`` in all (0 = reversed), as settlement tells; cash and
    points follow at the multiplier of the original entry."""

    correction_id: str
    client_id: str
    fill_id: str
    amount_cents: int
    source: str


PointsCommand = (
    RedeemPoints | UpgradeTier | RecordReferral | AwardLoyalty | AwardSuggestion | CorrectCommission
)
