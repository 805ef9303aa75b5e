"""Settings of campaigns and report meetings (features F26)."""

from dataclasses import dataclass

from models.rules.basis.bounds import Count, Days, Positive


@dataclass(frozen=True, slots=True)
class CampaignSettings:
    """``control_permille`` of those who might be invited are left out, to compare with.

    Days are calendar days: ``follow_up_days`` until a guest is called, ``absent_days`` until one
    who stayed away is (None = nobody calls him), ``window_days`` before and after the event that
    its effect is reckoned over, from ``minimum_group`` clients a group.
    """

    control_permille: Count | None = None
    minimum_group: Positive | None = None
    follow_up_days: Days | None = None
    absent_days: Days | None = None
    window_days: Positive | None = None
