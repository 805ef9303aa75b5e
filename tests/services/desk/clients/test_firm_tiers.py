"""Why a client has his tier, and how far it is to the next (S1, S2, D1) under the demo profile."""

from dataclasses import replace
from datetime import datetime

import pytest

from models.clients.tier import RiskClass, Tier
from models.dates import BEIJING
from services.desk.clients.firm_tiers import FirmTiers
from services.desk.storage.queries.entries import ClientEntry
from services.rules.loader import load_profile


class FakeClock:
    """A moment of the demo's day."""

    def now(self) -> datetime:
        return datetime(2023, 2, 1, 10, tzinfo=BEIJING)


CLIENT = ClientEntry(
    client_id="K1",
    name="张三",
    pinyin="zhang san",
    initials="zs",
    mobile="13800000000",
    tier=Tier.SILVER,
    risk_class=RiskClass.C3,
    average_assets_cents=50_000_000,
    year_commission_cents=300_000,
    last_contact_at="",
    accounts=("A1",),
    cash_cents=0,
    holdings=(),
    subscriptions=(),
    open_orders=0,
)


@pytest.fixture
def tiers() -> FirmTiers:
    return FirmTiers(settings=load_profile(None), clock=FakeClock())


def test_the_nearer_of_both_bounds_counts(tiers: FirmTiers) -> None:
    assert tiers.next_permille(CLIENT) == 500  # 500,000 of 1,000,000 yuan; commission 3,000/10,000


def test_the_reason_names_what_is_missing_to_either_bound(tiers: FirmTiers) -> None:
    reason = tiers.reason(CLIENT, ("assets",))
    assert reason.next_tier is Tier.GOLD
    assert (reason.assets_gap_cents, reason.commission_gap_cents) == (50_000_000, 700_000)


def test_platinum_has_arrived(tiers: FirmTiers) -> None:
    top = replace(CLIENT, tier=Tier.PLATINUM)
    assert tiers.next_permille(top) == 1000
    assert tiers.reason(top, ("assets",)).next_tier is None


def test_a_client_short_of_a_bound_is_never_shown_as_there(tiers: FirmTiers) -> None:
    close = replace(CLIENT, average_assets_cents=99_999_999)
    assert tiers.next_permille(close) == 999


@pytest.mark.parametrize(
    ("tier", "assets", "commission", "permille", "gaps"),
    [
        (Tier.SILVER, 800_000_00, 3_000_00, 800, (200_000_00, 7_000_00)),
        (Tier.SILVER, 250_000_00, 9_999_99, 999, (750_000_00, 1)),
        (Tier.ORDINARY, -5_00, 0, 0, (200_005_00, 2_000_00)),
        (Tier.SILVER, 1_200_000_00, 0, 999, (0, 10_000_00)),
        (Tier.GOLD, 100_00, 0, 0, (4_999_900_00, 50_000_00)),
    ],
    ids=["T18", "one cent short", "negative assets", "reached, not yet graded", "granted gold"],
)
def test_way_and_gaps(
    tiers: FirmTiers,
    tier: Tier,
    assets: int,
    commission: int,
    permille: int,
    gaps: tuple[int | None, int | None],
) -> None:
    client = replace(
        CLIENT, tier=tier, average_assets_cents=assets, year_commission_cents=commission
    )
    reason = tiers.reason(client, ())
    assert tiers.next_permille(client) == permille
    assert (reason.assets_gap_cents, reason.commission_gap_cents) == gaps
