"""Distance to the next tier under the demo firm's settings."""

from dataclasses import replace

import pytest

from models.clients.tier import RiskClass, Tier
from services.clients.tiers import ProfileTiers
from services.rules.loader import load_profile
from services.storage.queries.entries import ClientEntry
from tests.support.desk_data import FakeClock

BASE = ClientEntry(
    "C1", "张三", "", "", "", Tier.SILVER, RiskClass.C3, 0, 0, "", (), 0, (), (), 0
)  # fmt: skip


@pytest.mark.parametrize(
    ("tier", "assets", "commission", "permille", "gaps"),
    [
        (Tier.SILVER, 800_000_00, 3_000_00, 800, (200_000_00, 7_000_00)),
        (Tier.SILVER, 250_000_00, 9_999_99, 999, (750_000_00, 1)),
        (Tier.ORDINARY, -5_00, 0, 0, (200_005_00, 2_000_00)),
        (Tier.SILVER, 1_200_000_00, 0, 1_000, (0, 10_000_00)),
        (Tier.PLATINUM, 0, 0, 1_000, (None, None)),
    ],
)
def test_way_and_gaps_to_the_next_tier(
    tier: Tier, assets: int, commission: int, permille: int, gaps: tuple[int | None, int | None]
) -> None:
    rules = ProfileTiers(load_profile(None), FakeClock())
    entry = replace(BASE, tier=tier, average_assets_cents=assets, year_commission_cents=commission)
    reason = rules.reason(entry, ("assets",))
    assert rules.next_permille(entry) == permille
    assert (reason.assets_gap_cents, reason.commission_gap_cents) == gaps
    assert reason.by == ("assets",)
