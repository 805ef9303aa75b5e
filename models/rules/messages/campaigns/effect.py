"""What came of a campaign: guests against those who were left out (features F26).

A client's change is his figure over the days after the event less that over as many days before;
a group's is the mean of its clients'. Whole cents throughout, halves away from zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from models.rules.basis.missing import configured
from models.rules.basis.rounding import half_up
from models.rules.basis.settings.campaigns import CampaignSettings

TOO_FEW = "EFFECT_TOO_FEW"


@dataclass(frozen=True, slots=True)
class Window:
    """First and last days before and after an event; its own day counts on neither side."""

    before_from: date
    before_to: date
    after_from: date
    after_to: date


@dataclass(frozen=True, slots=True)
class Figures:
    """A client's daily assets and net commission in the window, in cents."""

    assets_before: tuple[int, ...]
    assets_after: tuple[int, ...]
    commission_before: int
    commission_after: int

    @property
    def is_known(self) -> bool:
        """Whether his assets are known on both sides."""
        return bool(self.assets_before and self.assets_after)


@dataclass(frozen=True, slots=True)
class GroupChange:
    """How many clients were counted, and the mean change of each, in cents."""

    clients: int
    assets_cents: int
    commission_cents: int


@dataclass(frozen=True, slots=True)
class Effect:
    """``outcome`` "" or EFFECT_TOO_FEW; then the figures are no numbers to look at, and zero."""

    outcome: str
    treated: GroupChange
    control: GroupChange

    @property
    def assets_cents(self) -> int:
        """What the campaign added to a guest's assets."""
        return self.treated.assets_cents - self.control.assets_cents

    @property
    def commission_cents(self) -> int:
        """What it added to a guest's commission."""
        return self.treated.commission_cents - self.control.commission_cents


def window_of(settings: CampaignSettings, event: date) -> Window:
    """Return the window of an event; raises NotConfigured CAMPAIGN."""
    days, one = configured(settings.window_days, "CAMPAIGN"), timedelta(days=1)
    length = timedelta(days=days)
    return Window(event - length, event - one, event + one, event + length)


def reckon(
    settings: CampaignSettings, treated: Sequence[Figures], control: Sequence[Figures]
) -> Effect:
    """Compare two groups; raises NotConfigured CAMPAIGN."""
    least = configured(settings.minimum_group, "CAMPAIGN")
    groups = [[one for one in group if one.is_known] for group in (treated, control)]
    if min(map(len, groups)) < least:
        few = (GroupChange(len(group), 0, 0) for group in groups)
        return Effect(TOO_FEW, *few)
    return Effect("", *map(_change, groups))


def _change(group: Sequence[Figures]) -> GroupChange:
    assets = [_mean(one.assets_after) - _mean(one.assets_before) for one in group]
    commission = [one.commission_after - one.commission_before for one in group]
    return GroupChange(len(group), _mean(assets), _mean(commission))


def _mean(cents: Sequence[int]) -> int:
    return int(half_up(Decimal(sum(cents)) / len(cents), Decimal(1)))
