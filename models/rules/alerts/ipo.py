"""IPO subscription: quota, payment, ban (market-rules § 2.7, service-system S23)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from models.dates import BEIJING, months_later
from models.rules.basis.calendar import TradingCalendar
from models.rules.basis.missing import configured
from models.rules.basis.rounding import half_up, whole
from models.rules.basis.settings.service import IpoSettings
from models.rules.decision import Decision

_SOURCE = "§ 2.7 IPO"
_NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Payment:
    """What a won ballot costs (CNY) and when it must be there; ``short`` = what is missing."""

    amount: Decimal
    pay_by: datetime
    short: Decimal
    urgent: bool
    source: str = _SOURCE


@dataclass(frozen=True, slots=True)
class Ban:
    """Defaults that count now; ``months`` of the ban, None when there is none."""

    count: int
    banned: bool
    months: int | None
    source: str = _SOURCE


def quota(settings: IpoSettings, mean_value: Decimal, offer_cap: int | None) -> Decision:
    """Return units and shares for a mean market value in CNY; raises NotConfigured IPO."""
    if mean_value < configured(settings.min_mean_value, "IPO"):
        return Decision("BELOW_MINIMUM", {"units": 0, "shares": 0}, _SOURCE)
    units = whole(mean_value / configured(settings.value_per_unit, "IPO"))
    shares = units * configured(settings.shares_per_unit, "IPO")
    if offer_cap is not None:
        shares = min(shares, offer_cap)
    return Decision(numbers={"units": units, "shares": shares}, source=_SOURCE)


def payment(
    settings: IpoSettings, calendar: TradingCalendar, cost: Decimal, t_day: date, cash: Decimal
) -> Payment:
    """Return when ``cost`` (CNY) must be paid and what is missing; raises NotConfigured IPO."""
    amount = half_up(cost)
    last = calendar.moved(t_day, configured(settings.pay_within_trading_days, "IPO"))
    pay_by = datetime.combine(last, configured(settings.pay_until, "IPO"), BEIJING)
    short = half_up(max(_NOTHING, amount - cash))
    return Payment(amount, pay_by, short, short > 0)


def ban(settings: IpoSettings, defaults: Sequence[date], day: date) -> Ban:
    """Count the defaults in the window of months that ends on ``day``; raises NotConfigured IPO."""
    window = configured(settings.ban_window_months, "IPO")
    count = sum(1 for default in defaults if default <= day < months_later(default, window))
    banned = count >= configured(settings.ban_defaults, "IPO")
    return Ban(count, banned, configured(settings.ban_months, "IPO") if banned else None)
