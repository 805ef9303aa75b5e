"""Settings of products A-E and the SMS products (service-system S19-S31)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from models.clients.tier import Tier
from models.rules.basis.bounds import Amount, Positive
from models.rules.basis.settings.words import AssetKind, FeePeriod, Product, RiskLevel, Sms


@dataclass(frozen=True, slots=True)
class SmsDiscount:
    """Price factor of a purchase of ``from_months`` or more (S20)."""

    from_months: Positive | None = None
    factor: Amount | None = None


@dataclass(frozen=True, slots=True)
class SmsSettings:
    """Prices in CNY a month."""

    price_per_month: Mapping[Sms, Amount] = field(default_factory=dict)
    discount: SmsDiscount = SmsDiscount()


@dataclass(frozen=True, slots=True)
class Bracket:
    """``rate`` (a part of one) holds for the part of the assets above ``above`` CNY."""

    above: Amount
    rate: Amount


@dataclass(frozen=True, slots=True)
class ProductSettings:
    """One product: its price (an uplift on the client's rate, a flat rate, or brackets) and what it
    contains; rates in permille. ``entrusted``: which of the client's assets the brackets are of;
    ``charged_from``: the first day that anybody is charged the annual fee for."""

    uplift_permille: Decimal | None = None
    below_permille: Decimal | None = None
    flat_permille: Amount | None = None
    includes: Product | None = None
    content: tuple[str, ...] | None = None
    delivery: tuple[str, ...] | None = None
    quotes: str | None = None
    trading_system: str | None = None
    risk_level: RiskLevel | None = None
    days_in_year: Positive | None = None
    brackets: tuple[Bracket, ...] | None = None
    fee_period: FeePeriod | None = None
    entrusted: tuple[AssetKind, ...] | None = None
    charged_from: date | None = None


@dataclass(frozen=True, slots=True)
class ProductsSettings:
    """Who may have which products (S24-S31, D4-D7, D13)."""

    eligible_tiers: tuple[Tier, ...] | None = None
    at_most_one_of: tuple[Product, ...] | None = None
    rate_change_effective: Literal["next_trading_day"] | None = None
    bundle: tuple[Sms, ...] | None = None
    A: ProductSettings = ProductSettings()
    B: ProductSettings = ProductSettings()
    C: ProductSettings = ProductSettings()
    D: ProductSettings = ProductSettings()
    E: ProductSettings = ProductSettings()

    def of(self, product: Product) -> ProductSettings:
        """Return the settings of ``product``."""
        table = {
            Product.A: self.A,
            Product.B: self.B,
            Product.C: self.C,
            Product.D: self.D,
            Product.E: self.E,
        }
        return table[product]
