"""Sentences about tier and risk test carry the numbers."""

from dataclasses import replace
from datetime import date

import pytest

from models.clients.profile import ClientProfile, TierReason
from models.clients.tier import Tier
from tests.support.fake_firm import card_of, make_clients, profile_of
from tests.support.fake_market import FakeMarket
from ui.pages.client.words import next_tier, risk_text, tier_reason

GOLD = TierReason(Tier.GOLD, ("assets",), 62_000_000, 1_286_000, Tier.PLATINUM, 1_500_000, None)


@pytest.fixture
def profile() -> ClientProfile:
    """Some client."""
    market = FakeMarket()
    client = make_clients(market, 1)[0]
    return profile_of(client, market, card_of(client, market, 0, 0))


def test_the_reason_names_the_criterion_and_both_figures() -> None:
    assert tier_reason(GOLD) == "按资产定级 · 20日日均资产 62.00万 · 近12月净佣金 1.29万"


def test_the_distance_names_only_bounds_that_exist() -> None:
    assert next_tier(GOLD) == "距白金卡:日均资产还差 1.50万"


def test_the_highest_tier_has_no_next() -> None:
    top = TierReason(Tier.PLATINUM, ("assets",), 1, 1, None, None, None)
    assert next_tier(top) == "已是最高等级"


@pytest.mark.parametrize(
    ("valid_to", "expired", "tone"),
    [
        ("2024-01-01", False, ""),
        ("2023-03-01", False, "warn"),
        ("2023-01-01", True, "warn"),
        ("", False, "warn"),
    ],
)
def test_the_risk_test_warns_near_and_after_its_end(
    profile: ClientProfile, valid_to: str, expired: bool, tone: str
) -> None:
    told = replace(profile, risk_valid_to=valid_to, risk_expired=expired)
    assert risk_text(told, date(2023, 2, 1))[1] == tone
