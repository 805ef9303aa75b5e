"""What the plan of a campaign must say, and which settings it rests on (features F26)."""

from dataclasses import dataclass
from datetime import datetime

from models.lives.consent import ANY_CHANNEL, CONSENT_CHANNELS
from models.rules.basis.missing import configured
from models.rules.basis.settings.campaigns import CampaignSettings
from models.rules.decision import Decision

CHANNELS = CONSENT_CHANNELS - {ANY_CHANNEL}
_SOURCE = "F26"
_MOST_SEATS = 100_000


@dataclass(frozen=True, slots=True)
class Outline:
    """What is planned."""

    title: str
    place: str
    channel: str
    starts_at: datetime
    capacity: int


def check_outline(outline: Outline, now: datetime) -> Decision:
    """Judge a plan: words, a channel that consent is asked for, seats, a time to come."""
    is_told = bool(outline.title.strip() and outline.place.strip())
    has_seats = 1 <= outline.capacity <= _MOST_SEATS
    reason = "" if is_told and has_seats and outline.channel in CHANNELS else "CAMPAIGN_INVALID"
    if not reason and outline.starts_at <= now:
        reason = "CAMPAIGN_IN_THE_PAST"
    return Decision(reason, source=_SOURCE)


def require_settings(settings: CampaignSettings) -> None:
    """Raise NotConfigured CAMPAIGN where one of them is unset; calls of absent ones may be."""
    for value in (
        settings.control_permille,
        settings.minimum_group,
        settings.follow_up_days,
        settings.window_days,
    ):
        configured(value, "CAMPAIGN")
