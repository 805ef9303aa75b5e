"""At which line a caller waits, and what of his number is compared."""

from datetime import date

import pytest

from models.clients.tier import TIERS, Tier
from models.rules.access.channel import Waiting, serve
from models.rules.basis.missing import NotConfigured
from models.rules.basis.profile import Settings
from models.rules.messages.calls import plain_number, rank_of, route
from services.rules.loader import load_profile

SETTINGS = load_profile(None).on(date(2023, 2, 1))
MAIN, DEDICATED = "95300", "4008009530"


@pytest.mark.parametrize(
    ("line", "tier", "channel"),
    [
        (MAIN, Tier.ORDINARY, "call_centre"),
        (MAIN, Tier.SILVER, "call_centre"),
        (MAIN, Tier.GOLD, "dedicated_line"),
        (DEDICATED, Tier.GOLD, "dedicated_line"),
        (DEDICATED, Tier.PLATINUM, "dedicated_line"),
        (MAIN, None, "call_centre"),
        (DEDICATED, None, "call_centre"),
    ],
)
def test_a_caller_waits_at_the_line_of_his_tier(line: str, tier: Tier | None, channel: str) -> None:
    assert route(SETTINGS, line, tier).numbers == {"channel": channel}


@pytest.mark.parametrize("tier", [Tier.ORDINARY, Tier.SILVER])
def test_the_wrong_channel_is_answered_with_the_allowed_ones(tier: Tier) -> None:
    told = route(SETTINGS, DEDICATED, tier)
    assert (told.ok, told.reason) == (False, "CHANNEL_NOT_ENTITLED")
    assert told.numbers == {"allowed": ("counter", "call_centre", "network")}


def test_a_line_that_the_firm_does_not_have_is_none() -> None:
    assert route(SETTINGS, "110", Tier.GOLD).reason == "LINE_UNKNOWN"
    with pytest.raises(NotConfigured, match="CALLS"):
        route(Settings(), MAIN, Tier.GOLD)


@pytest.mark.parametrize(
    ("told", "plain"),
    [("+86 139-1234-5678", "13912345678"), ("8613912345678", "13912345678"),
     ("13912345678", "13912345678"), ("021 6543 2100", "02165432100"), ("anonymous", "")],
)  # fmt: skip
def test_a_number_is_compared_by_its_digits(told: str, plain: str) -> None:
    assert plain_number(told) == plain


def test_the_ranks_serve_as_the_rule_does() -> None:
    waiting = [Waiting(f"{n}", tier) for n, tier in enumerate((*TIERS, *reversed(TIERS), *TIERS))]
    ranked = sorted(waiting, key=lambda one: -rank_of(one.tier))
    assert tuple(one.id for one in ranked) == serve(waiting)
