"""What is shipped can be read, says where it comes from, and never says two things at once."""

import gzip
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date, timedelta
from itertools import product
from pathlib import Path

import pytest

from models.errors import ExpectedFailure
from models.market.instrument import Board, Exchange, SecurityKind, SecurityStatus
from models.rules.basis.settings.words import FeePeriod
from models.rules.market.records.charges import Charge
from models.rules.market.records.dated import DatedRecord, Subject, all_in_force
from models.rules.market.records.pricing import Period
from services.rules.loader import load_calendar, load_market_rules, load_profile
from services.rules.profile import merge_patch
from tests.support.shared_data import shared_data, shared_spec

RULES = load_market_rules()
SUBJECTS = [Subject(*words) for words in product(Exchange, Board, SecurityKind, SecurityStatus)]


def tables() -> Iterator[tuple[str, tuple[DatedRecord, ...]]]:
    for field in fields(RULES):
        records = getattr(RULES, field.name)
        if isinstance(records, tuple):
            yield field.name, records
    for charge in Charge:
        yield charge.value, tuple(r for r in RULES.charges if r.charge is charge)


def turning_days(records: tuple[DatedRecord, ...]) -> set[date]:
    ends = {r.effective_to for r in records if r.effective_to is not None}
    starts = {r.effective_from for r in records}
    return starts | ends | {day + timedelta(days=1) for day in ends}


@pytest.mark.parametrize(
    ("name", "records"),
    [(n, r) for n, r in tables() if n not in ("bands", "charges", "same_day")],
)
def test_at_most_one_rule_of_a_table_is_in_force(
    name: str, records: tuple[DatedRecord, ...]
) -> None:
    for day, subject in product(turning_days(records), SUBJECTS):
        running = list(all_in_force(records, day, subject))
        assert len(running) <= 1, (name, day, subject)


def test_at_most_one_band_of_a_period_is_in_force() -> None:
    for day, subject in product(turning_days(RULES.bands), SUBJECTS):
        running = [
            (band.period, band.all_20pct) for band in all_in_force(RULES.bands, day, subject)
        ]
        assert len(set(running)) == len(running), (day, subject)


def test_every_special_band_stands_beside_an_ordinary_one() -> None:
    for subject in SUBJECTS:
        running = {b.period for b in all_in_force(RULES.bands, date(2026, 11, 20), subject)}
        assert not running or Period.ANY in running, subject


def test_every_rule_names_its_source() -> None:
    assert all(record.source.startswith("§ 2.") for _, records in tables() for record in records)


def test_rules_of_one_day_give_the_same_answers() -> None:
    day = date(2026, 7, 3)
    for subject in SUBJECTS:
        whole = list(all_in_force(RULES.bands, day, subject))
        assert list(all_in_force(RULES.on(day).bands, day, subject)) == whole


def test_the_calendar_knows_holidays_and_its_own_end() -> None:
    calendar = load_calendar()
    assert calendar.next_after(date(2026, 9, 30)) == date(2026, 10, 8)
    assert calendar.next_after(date(2026, 12, 31)) == date(2027, 1, 4)
    assert calendar.moved(date(2026, 11, 18), 2) == date(2026, 11, 20)
    assert calendar.moved(date(2026, 11, 22), 1) == date(2026, 11, 23)
    assert calendar.moved(date(2026, 11, 22), -1) == date(2026, 11, 20)
    with pytest.raises(ExpectedFailure, match="CALENDAR_NOT_CONFIGURED"):
        calendar.is_trading_day(date(2030, 1, 7))


def test_the_calendar_agrees_with_a_second_source() -> None:
    file = shared_data("trading_calendar/sse_sessions_akshare.csv.gz")
    lines = gzip.decompress(file.read_bytes()).decode().splitlines()[1:]
    known = [day for day in load_calendar().days if day.year <= 2026]
    assert known == [date.fromisoformat(line) for line in lines]


def test_the_demo_profile_has_the_figures_of_the_fixture() -> None:
    demo = load_profile(None).first
    fixture = load_profile(shared_spec("profile_rp1.toml")).first
    unscored = replace(demo.suitability, score_bands=None, highest_score=None)
    names = ("quotes", "big_orders", "approvals", "training", "agenda", "campaigns", "reports",
             "questions", "calls")  # fmt: skip
    beyond = {name: getattr(fixture, name) for name in names}
    weighed = replace(demo.assessment, crm_fields=(), contact_days={}, callback_kinds=(), goals={})
    unset = {"fee_period": None, "entrusted": None, "charged_from": None}
    products = replace(demo.products, D=replace(demo.products.D, **unset))
    assert demo.products.D.fee_period is FeePeriod.MONTH
    known = replace(demo, suitability=unscored, assessment=weighed, products=products, **beyond)
    assert known == fixture
    assert demo != fixture


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("tier = [", "PROFILE_BROKEN"),
        ("[tier.silver]\nassets = 200000", "PROFILE_BROKEN"),
        ("[points.multiplier]\ndiamond = '2'", "PROFILE_BROKEN"),
        ("changes = [{ effective_from = '2027-01-01', set = { hft = 1 } }]", "PROFILE_BROKEN"),
    ],
)
def test_a_broken_profile_is_refused_with_its_place(tmp_path: Path, text: str, code: str) -> None:
    file = tmp_path / "profile.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(ExpectedFailure) as refusal:
        load_profile(file)
    assert refusal.value.code == code


def test_a_profile_saved_with_a_mark_at_its_beginning_is_read(tmp_path: Path) -> None:
    file = tmp_path / "profile.toml"
    file.write_text("\ufeffprofile = 'marked'", "utf-8")
    assert load_profile(file).name == "marked"


def test_a_missing_profile_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(ExpectedFailure) as refusal:
        load_profile(tmp_path / "none.toml")
    assert refusal.value.code == "PROFILE_UNREADABLE"


def test_changes_add_up_in_date_order(tmp_path: Path) -> None:
    file = tmp_path / "profile.toml"
    file.write_text(
        """
        changes = [
          { effective_from = "2027-07-01", set = { upgrade = { cost = "7" } } },
          { effective_from = "2027-01-01", set = { upgrade = { cost = "6", months = 6 } } },
        ]
        [upgrade]
        cost = "5"
        """,
        "utf-8",
    )
    profile = load_profile(file)
    days = (date(2026, 12, 31), date(2027, 1, 1), date(2027, 7, 1))
    seen = [(str(profile.on(d).upgrade.cost), profile.on(d).upgrade.months) for d in days]
    assert seen == [("5", None), ("6", 6), ("7", 6)]


@pytest.mark.parametrize(
    ("target", "patch", "patched"),
    [  # the examples of RFC 7386
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
        (["a"], {"a": 1}, {"a": 1}),
    ],
)
def test_merge_patch(target: object, patch: object, patched: object) -> None:
    assert merge_patch(target, patch) == patched
