"""At which line a caller waits, and what of his number is compared."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from models.clients.tier import TIERS, Tier
from models.dates import BEIJING
from models.lives.teams.call import CallState, may_call_back
from models.rules.access.channel import Waiting, serve
from models.rules.basis.missing import NotConfigured
from models.rules.basis.profile import Settings
from models.rules.basis.settings.calls import CallSettings
from models.rules.messages.calls import check_line, is_forgotten, plain_number, rank_of, route
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


STAFFED = replace(
    SETTINGS, calls=CallSettings(staff={"call_centre": ("CC01",), "dedicated_line": ("CC02",)})
)


@pytest.mark.parametrize(
    ("person", "channel", "lines"),
    [("CC01", "", ("call_centre",)), ("CC01", "call_centre", ("call_centre",)),
     ("CC01", "dedicated_line", ()), ("CC02", "", ("dedicated_line",)), ("CC03", "", ())],
)  # fmt: skip
def test_who_is_named_for_a_line_serves_it(
    person: str, channel: str, lines: tuple[str, ...]
) -> None:
    told = check_line(STAFFED, person, channel)
    assert (told.ok, told.numbers["lines"]) == (bool(lines), lines)
    assert told.reason == ("" if lines else "CALL_LINE_OTHERS")


@pytest.mark.parametrize(
    ("calls", "channel"),
    [(CallSettings(), ""), (CallSettings(staff={}), ""),
     (CallSettings(staff={"call_centre": ("CC01",)}), "dedicated_line")],
)  # fmt: skip
def test_a_line_for_which_nobody_is_named_is_not_configured(
    calls: CallSettings, channel: str
) -> None:
    with pytest.raises(NotConfigured, match="CALL_STAFF"):
        check_line(replace(SETTINGS, calls=calls), "CC01", channel)


@pytest.mark.parametrize(
    ("state", "outcome", "client_id", "may"),
    [(CallState.ABANDONED, "", None, True), (CallState.ABANDONED, "", "C1", False),
     (CallState.DONE, "call_back", None, True), (CallState.DONE, "complaint", None, True),
     (CallState.DONE, "resolved", None, False), (CallState.DONE, "call_back", "C1", False),
     (CallState.CALLED_BACK, "call_back", None, True), (CallState.CALLING_BACK, "", None, False),
     (CallState.CALLING_BACK, "call_back", None, False), (CallState.WAITING, "", None, False)],
)  # fmt: skip
def test_an_agent_calls_back_whom_nobody_knows_and_somebody_left(
    state: CallState, outcome: str, client_id: str | None, may: bool
) -> None:
    assert may_call_back(state, outcome, client_id) is may


def test_a_call_is_forgotten_the_day_after_it_was_kept_long_enough() -> None:
    came = datetime(2023, 2, 1, 23, 59, tzinfo=BEIJING)
    kept = CallSettings(keep_days=90)
    later = datetime(2023, 5, 2, 0, 1, tzinfo=BEIJING)  # ninety days after
    assert not is_forgotten(kept, came, later)
    assert is_forgotten(kept, came, later + timedelta(days=1))
    assert not is_forgotten(CallSettings(), came, later + timedelta(days=9_999))
