"""Numbers as a trader reads them."""

from datetime import date

import pytest

from widgets.paint.numbers import (
    ago_text,
    change_bp,
    clock_text,
    compact_change,
    compact_money,
    decimals_of_tick,
    lots_text,
    marked_percent,
    minute_text,
    money_change_text,
    money_text,
    percent_text,
    points_text,
    price_change_text,
    price_text,
    quantity_text,
)


@pytest.mark.parametrize(
    ("units", "decimals", "text"),
    [
        (18_456_500, 2, "1,845.65"),
        (100, 2, "0.01"),
        (12_345, 3, "1.235"),
        (12_340, 3, "1.234"),
        (0, 2, "—"),
        (9_999_999_900, 2, "999,999.99"),
    ],
)
def test_price_shows_all_decimals_of_its_tick(units: int, decimals: int, text: str) -> None:
    assert price_text(units, decimals) == text


@pytest.mark.parametrize(
    ("units", "text"), [(133_500, "+13.35"), (-100, "−0.01"), (0, "0.00"), (-40, "0.00")]
)
def test_price_change_has_sign_and_real_minus(units: int, text: str) -> None:
    assert price_change_text(units) == text


@pytest.mark.parametrize(
    ("cents", "text"),
    [
        (1_522_600_000, "1,522.6万"),
        (22_200_000, "22.20万"),
        (99_999_900, "100.00万"),
        (999_900, "9,999"),
        (1_000_000, "1.00万"),
        (2_840_000_000_000, "284.00亿"),
        (10_000_000_000, "1.00亿"),
        (-33_320_000, "−33.32万"),
        (0, "0"),
    ],
)
def test_money_is_shortened_to_wan_and_yi(cents: int, text: str) -> None:
    assert compact_money(cents) == text


@pytest.mark.parametrize(
    ("basis_points", "text", "marked"),
    [
        (133, "+1.33%", "▲ +1.33%"),
        (-422, "−4.22%", "▼ −4.22%"),
        (0, "0.00%", "0.00%"),
        (100_000, "+1,000.00%", "▲ +1,000.00%"),
    ],
)
def test_percent_has_sign_and_mark(basis_points: int, text: str, marked: str) -> None:
    assert (percent_text(basis_points), marked_percent(basis_points)) == (text, marked)


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        (18_456_500, 17_688_800, 434),
        (10_100, 10_000, 100),
        (10_000, 10_100, -99),
        (20_001, 20_000, 1),  # 0.5 rounds away from zero
        (19_999, 20_000, -1),
        (0, 20_000, 0),
        (20_000, 0, 0),
    ],
)
def test_change_is_rounded_half_up(now: int, before: int, expected: int) -> None:
    assert change_bp(now, before) == expected


def test_amounts_and_quantities() -> None:
    assert money_text(328_642_015) == "3,286,420.15"
    assert money_change_text(-1_504_950) == "−15,050"
    assert money_change_text(49) == "0"
    assert compact_change(312_600_000) == "+312.6万"
    assert quantity_text(1_234_500) == "1,234,500"
    assert (lots_text(12_300), lots_text(50), lots_text(0)) == ("123", "<1", "0")
    assert (points_text(12_000), points_text(12_345)) == ("12", "12.345")


def test_times() -> None:
    assert clock_text(((14 * 60 + 32) * 60 + 8) * 1_000 + 999) == "14:32:08"
    assert minute_text(570) == "09:30"


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        ("2023-02-01T09:00:00+08:00", "今天"),
        ("2023-01-31T23:59:00", "昨天"),
        ("2023-01-20T10:00:00", "12天前"),
        ("2020-01-20", "3年前"),
        ("2023-02-02T00:10:00", "今天"),
        ("", "从未"),
    ],
)
def test_last_contact_in_words(moment: str, text: str) -> None:
    assert ago_text(moment, date(2023, 2, 1)) == text


def test_decimals_follow_the_tick() -> None:
    assert (decimals_of_tick(100), decimals_of_tick(10)) == (2, 3)
