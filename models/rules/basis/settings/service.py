"""Settings of messages, alerts, IPO reminders and staff assessment (§ 2.7, 2.12; S22, S40-S41)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Annotated, TypeAlias

from models.clients.tier import Tier
from models.rules.basis.bounds import Amount, Between, Count, Days, Months, Positive, Price
from models.rules.basis.settings.words import CrmField, Feature, Goal, QuestionKind

Stage: TypeAlias = Annotated[int, Between(1, 2)]
BotBytes: TypeAlias = Annotated[int, Between(4, 10**9)]  # one character takes up to four


@dataclass(frozen=True, slots=True)
class MessageSettings:
    """Quiet hours of marketing (from inclusive, to exclusive) and the limits of a group bot."""

    quiet_from: time | None = None
    quiet_to: time | None = None
    bot_per_minute: Count | None = None
    bot_max_bytes: BotBytes | None = None


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """The move that is worth an alert, in percent; days of notice before a call."""

    move_percent: Amount | None = None
    call_notice_days_before: tuple[Days, ...] | None = None


@dataclass(frozen=True, slots=True)
class ScanSettings:
    """The share of a portfolio that counts as concentrated, in percent."""

    concentration_percent: Amount | None = None


@dataclass(frozen=True, slots=True)
class IpoSettings:
    """Subscription quota, payment and ban."""

    min_mean_value: Amount | None = None
    value_per_unit: Price | None = None
    shares_per_unit: Positive | None = None
    pay_within_trading_days: Days | None = None
    pay_until: time | None = None
    ban_defaults: Positive | None = None
    ban_window_months: Months | None = None
    ban_months: Months | None = None


@dataclass(frozen=True, slots=True)
class AssessmentSettings:
    """Stage 1 = goals and process by weights out of 100, 2 = incremental commission.

    ``crm_fields`` must be filled in a client's record; ``contact_days``: a client of the tier is
    to be contacted within so many days; ``callback_kinds`` of tasks count as call-backs;
    ``goals`` of a month by staff id or, where he has none of his own, by role.
    """

    stage: Stage | None = None
    cap_percent: Amount | None = None
    weights: Mapping[str, Amount] = field(default_factory=dict)
    crm_fields: tuple[CrmField, ...] = ()
    contact_days: Mapping[Tier, int] = field(default_factory=dict)
    callback_kinds: tuple[str, ...] = ()
    goals: Mapping[str, Mapping[Goal, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ExamSettings:
    """The exam of one certificate.

    ``topics``: how many questions of each; ``points`` by kind of question; ``pass_percent`` of a
    paper's points. At most ``attempts`` within ``attempts_days`` days, the next ``wait_days`` days
    after one that was not passed. What was answered in time, offline, may arrive ``late_hours``
    later. A certificate that holds may be renewed in its last ``renew_days`` days.
    """

    title: str | None = None
    topics: Mapping[str, Positive] = field(default_factory=dict)
    points: Mapping[QuestionKind, Positive] = field(default_factory=dict)
    pass_percent: Positive | None = None
    minutes: Positive | None = None
    late_hours: int | None = None
    attempts: Positive | None = None
    attempts_days: Positive | None = None
    wait_days: int | None = None
    valid_months: Positive | None = None
    renew_days: int | None = None
    courses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AgendaSettings:
    """What a manager's agenda shows: a weight a kind (more = earlier), days of notice before an end
    by kind, days without contact by tier; a kind without its settings is told as not configured."""

    weights: Mapping[str, int] = field(default_factory=dict)
    lead_days: Mapping[str, int] = field(default_factory=dict)
    no_contact_days: Mapping[Tier, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """Certificates that a feature asks for, all of them; a feature not named asks for none.

    ``exams`` by certificate: how each is earned.
    """

    required: Mapping[Feature, tuple[str, ...]] = field(default_factory=dict)
    exams: Mapping[str, ExamSettings] = field(default_factory=dict)
