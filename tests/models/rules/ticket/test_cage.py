"""The ladder's cage: the dated rule at the touch, and none where the rules give none."""

from datetime import timedelta

from msgspec.structs import replace as changed

from models.market.picture import Cage
from models.rules.ticket.cage import cage_at
from tests.support.trading import (
    CHIPS,
    FUND,
    PING_AN,
    FakeClock,
    quote,
    security,
    ticket_rules,
)

RULES = ticket_rules()
NOW = FakeClock().now()
STAR = security(CHIPS, 400_000)


def test_star_is_caged_two_percent_from_the_opposite_best() -> None:
    assert cage_at(RULES, NOW, STAR, quote(CHIPS, 400_000)) == Cage(408_100, 391_900)


def test_without_a_quote_the_previous_close_is_the_base() -> None:
    assert cage_at(RULES, NOW, STAR, None) == Cage(408_000, 392_000)


def test_without_any_price_the_bounds_are_not_known() -> None:
    assert cage_at(RULES, NOW, changed(STAR, previous_close_units=0), None) == Cage(0, 0)


def test_main_board_has_a_cage_from_2023_04_10_on_only() -> None:
    bank, at = security(PING_AN, 150_000), quote(PING_AN, 150_000)
    assert cage_at(RULES, NOW, bank, at) is None
    assert cage_at(RULES, NOW.replace(month=4, day=7), bank, at) is None
    assert cage_at(RULES, NOW.replace(month=4, day=10), bank, at) == Cage(153_100, 146_900)


def test_no_cage_outside_continuous_trading_and_on_funds() -> None:
    early = NOW - timedelta(minutes=40)
    assert cage_at(RULES, early, STAR, quote(CHIPS, 400_000)) is None
    assert cage_at(RULES, NOW, security(FUND, 41_000), quote(FUND, 41_000)) is None
