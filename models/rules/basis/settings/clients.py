"""Settings of tiers, points, suitability and investors (service-system S1-S11, S33-S37; § 2.10)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from models.clients.tier import RiskClass, Tier
from models.rules.basis.bounds import Amount, Count, Days, Months, Positive, Price, Years
from models.rules.basis.settings.words import Sms


@dataclass(frozen=True, slots=True)
class TierBounds:
    """What a tier asks for, in CNY, inclusive; None = no such criterion."""

    assets: Amount | None = None
    commission: Amount | None = None


@dataclass(frozen=True, slots=True)
class TierSettings:
    """Bounds of the tiers above ordinary, and how a tier is lowered (S2, D1-D3)."""

    rule: Literal["any"] | None = None
    assets_window_trading_days: Positive | None = None
    commission_window_months: Months | None = None
    upgrade_effective: Literal["next_trading_day"] | None = None
    downgrade_after_failing_reviews: Positive | None = None
    silver: TierBounds = TierBounds()
    gold: TierBounds = TierBounds()
    platinum: TierBounds = TierBounds()

    def bounds(self, tier: Tier) -> TierBounds:
        """Return the bounds of ``tier``; ordinary has none."""
        table = {Tier.SILVER: self.silver, Tier.GOLD: self.gold, Tier.PLATINUM: self.platinum}
        return table.get(tier, TierBounds())


@dataclass(frozen=True, slots=True)
class PointSettings:
    """How points are earned; ``multiplier`` by tier (S6-S11, S33-S35, D8, D9).

    ``valid_months``: after so many months what was not spent is lost; None = points never expire.
    """

    per_yuan: Amount | None = None
    ledger_unit: Price | None = None
    referral: Amount | None = None
    loyalty_per_year: Amount | None = None
    suggestion: Amount | None = None
    valid_months: Months | None = None
    multiplier: Mapping[Tier, Amount] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RedeemSettings:
    """What a month of a paid SMS product costs in points (S37)."""

    points_per_month: Mapping[Sms, Amount] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UpgradeSettings:
    """What an upgrade by points costs and gives (S36, D11)."""

    cost: Amount | None = None
    levels: Positive | None = None
    months: Months | None = None


@dataclass(frozen=True, slots=True)
class ExpiredTest:
    """What an expired risk test does: allow, warn or refuse."""

    new_product: str | None = None
    new_permission: str | None = None
    buy_main_board: str | None = None
    sell: str | None = None


@dataclass(frozen=True, slots=True)
class ScoreBand:
    """From this score of a risk test on, up to the next band, the class holds."""

    from_: int
    risk_class: RiskClass


@dataclass(frozen=True, slots=True)
class SuitabilitySettings:
    """How long a risk test holds and when its end is called to mind (§ 2.10)."""

    score_bands: tuple[ScoreBand, ...] | None = None
    highest_score: int | None = None
    test_valid_years: Years | None = None
    reminder_days: tuple[Days, ...] | None = None
    expired: ExpiredTest = ExpiredTest()


@dataclass(frozen=True, slots=True)
class InvestorBounds:
    """What makes an investor qualified, in CNY and months of experience (§ 2.9, 2.10)."""

    financial_assets: Amount | None = None
    mean_income: Amount | None = None
    household_net_assets: Amount | None = None
    months: Count | None = None
    min_amount: Amount | None = None


@dataclass(frozen=True, slots=True)
class InvestorSettings:
    """The four ways to be qualified."""

    professional: InvestorBounds = InvestorBounds()
    conversion: InvestorBounds = InvestorBounds()
    private_fund: InvestorBounds = InvestorBounds()
    single_plan: InvestorBounds = InvestorBounds()
