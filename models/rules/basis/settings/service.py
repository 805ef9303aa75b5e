"""Settings of messages, alerts, IPO reminders and staff assessment (§ 2.7, 2.12; S22, S40-S41)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from decimal import Decimal

from models.clients.tier import Tier
from models.rules.basis.settings.words import Feature


@dataclass(frozen=True, slots=True)
class MessageSettings:
    """Quiet hours of marketing (from inclusive, to exclusive) and the limits of a group bot."""

    quiet_from: time | None = None
    quiet_to: time | None = None
    bot_per_minute: int | None = None
    bot_max_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """The move that is worth an alert, in percent; days of notice before a call."""

    move_percent: Decimal | None = None
    call_notice_days_before: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class ScanSettings:
    """The share of a portfolio that counts as concentrated, in percent."""

    concentration_percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class IpoSettings:
    """Subscription quota, payment and ban."""

    min_mean_value: Decimal | None = None
    value_per_unit: Decimal | None = None
    shares_per_unit: int | None = None
    pay_within_trading_days: int | None = None
    pay_until: time | None = None
    ban_defaults: int | None = None
    ban_window_months: int | None = None
    ban_months: int | None = None


@dataclass(frozen=True, slots=True)
class AssessmentSettings:
    """Stage 1 = goals and process by weights out of 100, 2 = incremental commission."""

    stage: int | None = None
    cap_percent: Decimal | None = None
    weights: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AgendaSettings:
    """What a manager's agenda shows: a weight a kind (more = earlier), days of notice before an end
    by kind, days without contact by tier; a kind without its settings is told as not configured."""

    weights: Mapping[str, int] = field(default_factory=dict)
    lead_days: Mapping[str, int] = field(default_factory=dict)
    no_contact_days: Mapping[Tier, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """Certificates that a feature asks for, all of them; a feature not named asks for none."""

    required: Mapping[Feature, tuple[str, ...]] = field(default_factory=dict)
