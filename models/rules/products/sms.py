"""Paid SMS products: price, and their rest while a product A-E brings them free (S19-S25, D12)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from models.dates import months_later
from models.rules.basis.missing import configured
from models.rules.basis.rounding import half_up
from models.rules.basis.settings.products import SmsSettings
from models.rules.basis.settings.words import Sms

_FREE = Decimal("0.00")
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SmsPurchase:
    """Price of all months in CNY and the end of each month."""

    amount: Decimal
    bounds: tuple[date, ...]
    source: str = "S20"


def subscribe(settings: SmsSettings, product: Sms, months: int, start: date) -> SmsPurchase:
    """Return the price of ``months``; raises NotConfigured FEE or DISCOUNT where it is not set."""
    price = configured(settings.price_per_month.get(product), "FEE")
    amount = half_up(price * months * _factor(settings, months))
    return SmsPurchase(amount, tuple(months_later(start, n) for n in range(1, months + 1)))


def _factor(settings: SmsSettings, months: int) -> Decimal:
    """Return 1 or the discount; an empty discount cell is missing, not zero (service-system O7)."""
    if months < configured(settings.discount.from_months, "DISCOUNT"):
        return Decimal(1)
    return configured(settings.discount.factor, "DISCOUNT")


@dataclass(frozen=True, slots=True)
class PaidSms:
    """A paid subscription and its last day."""

    product: Sms
    paid_to: date


@dataclass(frozen=True, slots=True)
class BundledSms:
    """A free subscription; ``to`` None = as long as the product runs."""

    product: Sms
    price: Decimal
    from_: date
    to: date | None


@dataclass(frozen=True, slots=True)
class PausedSms:
    """A paid subscription that waits while it is free; None = not touched, or no end known."""

    product: Sms
    pause_from: date | None = None
    days_left: int | None = None
    resume_from: date | None = None
    resume_to: date | None = None


@dataclass(frozen=True, slots=True)
class SmsBundle:
    """What a product brings free, and what waits meanwhile."""

    bundle: tuple[BundledSms, ...]
    paid: tuple[PausedSms, ...]
    source: str = "S25, D12"


def bundle(
    products: tuple[Sms, ...] | None, paid: Sequence[PaidSms], start: date, end: date | None
) -> SmsBundle:
    """Return the bundle of a product that runs from ``start`` to ``end``, both included."""
    free = tuple(BundledSms(sms, _FREE, start, end) for sms in configured(products, "BUNDLE"))
    bundled = {each.product for each in free}
    waiting = (
        _paused(each, start, end) if each.product in bundled else PausedSms(each.product)
        for each in paid
    )
    return SmsBundle(free, tuple(waiting))


def _paused(paid: PaidSms, start: date, end: date | None) -> PausedSms:
    if paid.paid_to < start:
        return PausedSms(paid.product)
    days_left = (paid.paid_to - start).days + 1
    if end is None:
        return PausedSms(paid.product, start, days_left)
    resume = end + _ONE_DAY
    return PausedSms(paid.product, start, days_left, resume, resume + timedelta(days=days_left - 1))
