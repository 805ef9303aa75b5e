"""The annual fee of product D at a period's end: as the pure rules say of each client's days."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

import asyncpg
import pytest

from models.dates import BEIJING
from models.money import cents, yuan_of_cents
from models.rules.basis.missing import NotConfigured
from models.rules.basis.settings.products import ProductSettings
from models.rules.products.annual_fee import AnnualFeeCase, EntrustedSpan, annual_fee
from models.rules.products.fee_days import due_spans
from models.tables.firm import SUBSCRIPTION
from models.tables.nights import ASSET_DAY
from services.rules.loader import load_calendar, load_profile
from services.worker.nights.run import Nights
from services.worker.nights.service.fees import FEES
from tests.support.night_firm import (
    NightFirm,
    Row,
    changed,
    counts_of,
    open_night_firm,
    owner,
    pairs,
    state_of,
)
from tests.support.postgres import FixedClock, ask, engine_on

CLIENTS = 40
FIRST, LAST = date(2023, 1, 1), date(2023, 1, 31)
CALENDAR = load_calendar()
DOCUMENT = load_profile(None).document
FEE = "SELECT client_id, amount_cents FROM product_fee WHERE kind = 'fee'"


def days(first: date = FIRST, last: date = LAST) -> Iterator[date]:
    """Every calendar day of a period."""
    for at in range((last - first).days + 1):
        yield first + timedelta(days=at)


def close_of(day: date) -> date:
    """The trading day whose close counts on ``day``."""
    return day if CALENDAR.is_trading_day(day) else CALENDAR.moved(day, -1)


def term(number: int, starts: date, ends: date | None, name: str = "D") -> Row:
    """A product D in force from a day to a day."""
    told: Row = {"subscription_id": f"{name}{number}", "product": "D", "paid_by": "annual_fee"}
    told |= {"state": "active"}
    told |= {"starts_on": starts.isoformat(), "ends_on": ends.isoformat() if ends else ""}
    return owner(number) | told


def assets(number: int, by_day: dict[date, int]) -> Iterator[Row]:
    """What the client had at each close."""
    for day, amount in by_day.items():
        yield owner(number) | {"day": day.isoformat(), "assets_cents": amount}


def closes(rng: Random, first: date = FIRST, last: date = LAST) -> dict[date, int]:
    """Some assets at each close that a period needs, at times overdrawn."""
    low, high = rng.choice(((0, 10**8), (10**8, 3 * 10**9), (10**9, 10**10), (-(10**6), 10**6)))
    return {close: rng.randint(low, high) for close in {close_of(day) for day in days(first, last)}}


async def with_settings(firm: NightFirm, day: date, **patch: object) -> None:
    """Let some keys of product D be others from a day on."""
    before = firm.documents[max(firm.documents)]
    product = {**before["products"]["D"], **patch}  # type: ignore[index]
    kept = {name: value for name, value in product.items() if value is not None}
    whole = changed(before, "products", {"D": kept})
    await firm.set(day, {"products": whole["products"]})
    firm.documents[day] = whole


def settings_of(firm: NightFirm, day: date) -> ProductSettings:
    """Product D's settings of a day."""
    return firm.settings(day).products.D


async def test_the_fee_is_what_the_rule_gives_for_the_days_in_force(empty_central: str) -> None:
    rng, expected = Random(1), {}
    settings = load_profile(None).on(LAST).products.D
    rows: list[Row] = []
    held: list[Row] = []
    for n in range(CLIENTS):
        starts = rng.choice((date(2022, 5, 1), FIRST, LAST, date(2023, 1, rng.randint(2, 30))))
        ends = rng.choice((None, None, LAST, date(2023, 1, rng.randint(2, 30))))
        by_day = closes(rng)
        rows += assets(n, by_day)
        held.append(term(n, starts, ends))
        if rng.randrange(4) == 0:  # a second one beside it, or after it: each day counts once
            held.append(term(n, date(2023, 1, 20), None, "E"))
        runs = [
            day
            for day in days()
            if any(
                str(row["starts_on"]) <= day.isoformat()
                and (not row["ends_on"] or day.isoformat() <= str(row["ends_on"]))
                for row in held
                if row["client_id"] == owner(n)["client_id"]
            )
        ]
        if runs:
            spans = tuple(EntrustedSpan(1, yuan_of_cents(by_day[close_of(day)])) for day in runs)
            fee = annual_fee(settings, AnnualFeeCase(spans=spans))
            expected[owner(n)["client_id"]] = cents(fee.fee), cents(fee.average), len(runs)
    async with open_night_firm(empty_central, CLIENTS) as firm:
        await firm.add(ASSET_DAY, rows)
        await firm.add(SUBSCRIPTION, held)
        report = await firm.night(LAST, "subscriptions", "fees")  # what is over has ended before
        found = await firm.ask(
            "SELECT client_id, amount_cents, average_cents, days, code FROM product_fee"
        )
        assert {row[0]: row[1:4] for row in found} == expected
        assert {row[4] for row in found} == {""}
        assert counts_of(report, "fees")["charged"] == len(expected) > 20
        assert counts_of(report, "fees")["uncharged"] == 0
        assert await firm.ask("SELECT count(*) FROM timeline WHERE kind = 'fee'") == [
            (len(expected),)
        ]
        assert (
            await firm.ask(
                "SELECT fee_id FROM product_fee f WHERE amount_cents <> (SELECT sum(fee_cents)"
                " FROM product_fee_row r WHERE r.fee_id = f.fee_id)"
            )
            == []
        )
        assert await firm.ask("SELECT count(*) FROM commission_entry") == [(0,)]
        assert await firm.ask("SELECT count(*) FROM points_entry") == [(0,)]
        outcome = "SELECT outcome FROM audit_entry WHERE action = 'night.fees'"
        assert await firm.ask(outcome) == [("done",)]


async def test_a_night_again_charges_nobody_twice_and_its_rows_go_down(empty_central: str) -> None:
    async with open_night_firm(empty_central, 1) as firm:
        await firm.add(ASSET_DAY, assets(0, closes(Random(2))))
        await firm.add(SUBSCRIPTION, [term(0, date(2022, 5, 1), None)])
        await firm.night(LAST, "fees")
        before = (
            await firm.ask("SELECT * FROM product_fee"),
            await firm.ask("SELECT * FROM product_fee_row"),
        )
        await firm.ask("UPDATE asset_day SET assets_cents = assets_cents * 2")
        await firm.night(LAST, "fees", again=True)
        after = (
            await firm.ask("SELECT * FROM product_fee"),
            await firm.ask("SELECT * FROM product_fee_row"),
        )
        assert after == before
        logged = await firm.ask(
            "SELECT table_name, stream, count(*) FROM change_log WHERE table_name ~ 'fee'"
            " GROUP BY 1, 2 ORDER BY 1"
        )
        assert logged == [("product_fee", "M001", 1), ("product_fee_row", "M001", 1)]
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append-only"):
            await firm.ask("UPDATE product_fee SET amount_cents = 0")
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append-only"):
            await firm.ask("DELETE FROM product_fee_row")


async def test_unknown_assets_charge_nothing_and_are_told(empty_central: str) -> None:
    known = closes(Random(3))
    gone = date(2023, 1, 20)  # the last close before the holidays: nine days rest on it
    async with open_night_firm(empty_central, 3) as firm:
        await firm.add(
            ASSET_DAY, assets(0, {day: one for day, one in known.items() if day != gone})
        )
        await firm.add(ASSET_DAY, assets(1, known))
        await firm.add(SUBSCRIPTION, [term(n, date(2022, 5, 1), None) for n in range(3)])
        report = await firm.night(LAST, "fees")
        found = await firm.ask(
            "SELECT client_id, code, amount_cents > 0 FROM product_fee ORDER BY 1"
        )
        assert found == [
            ("C0000", "ENTRUSTED_UNKNOWN", False),
            ("C0001", "", True),
            ("C0002", "ENTRUSTED_UNKNOWN", False),
        ]
        unknown = "SELECT client_id, unknown_days, fee_cents FROM product_fee_row ORDER BY 1"
        assert [row[1] for row in await firm.ask(unknown)] == [10, 0, 31]
        tasks = await firm.ask("SELECT client_id, manager_id, state FROM task ORDER BY 1")
        assert tasks == [("C0000", "M001", "open"), ("C0002", "M001", "open")]
        assert counts_of(report, "fees")["uncharged"] == 2


async def test_changed_brackets_hold_from_their_own_day(empty_central: str) -> None:
    on = date(2023, 1, 16)
    known = closes(Random(4))
    async with open_night_firm(empty_central, 1) as firm:
        await with_settings(firm, on, brackets=[{"above": "0", "rate": "0.02"}])
        await firm.add(ASSET_DAY, assets(0, known))
        await firm.add(SUBSCRIPTION, [term(0, date(2022, 5, 1), None)])
        await firm.night(LAST, "fees")
        told = await firm.ask(
            "SELECT from_on, to_on, days, fee_cents, brackets FROM product_fee_row ORDER BY 1"
        )
        parts = ((FIRST, on - timedelta(days=1)), (on, LAST))
        for (first, last), row in zip(parts, told, strict=True):
            spans = tuple(
                EntrustedSpan(1, yuan_of_cents(known[close_of(day)])) for day in days(first, last)
            )
            own = settings_of(firm, first)
            assert row[:3] == (first.isoformat(), last.isoformat(), (last - first).days + 1)
            assert row[3] == cents(annual_fee(own, AnnualFeeCase(spans=spans)).fee)
            assert own.brackets is not None
            rates = [Decimal(one["rate"]) for one in json.loads(str(row[4]))]
            assert rates == [bracket.rate for bracket in own.brackets]
        total = sum(int(str(row[3])) for row in told)
        assert pairs(await firm.ask(FEE)) == {"C0000": total}


@pytest.mark.parametrize(
    ("patch", "code"),
    [
        ({"fee_period": None}, "FEE_PERIOD_NOT_CONFIGURED"),
        ({"brackets": None}, "FEE_NOT_CONFIGURED"),
        ({"days_in_year": None}, "DAYS_IN_YEAR_NOT_CONFIGURED"),
        ({"entrusted": None}, "ENTRUSTED_ASSETS_NOT_CONFIGURED"),
        ({"charged_from": None}, "FEE_START_NOT_CONFIGURED"),
        ({"fee_period": "quarter"}, "NO_FEE_DAY"),
    ],
)
async def test_what_is_not_set_is_not_charged(
    empty_central: str, patch: dict[str, object], code: str
) -> None:
    async with open_night_firm(empty_central, 1) as firm:
        await with_settings(firm, date(2020, 1, 2), **patch)
        await firm.add(ASSET_DAY, assets(0, closes(Random(5))))
        await firm.add(SUBSCRIPTION, [term(0, date(2022, 5, 1), None)])
        report = await firm.night(LAST, "fees")
        assert state_of(report, "fees") == ("skipped", code)
        assert await firm.ask("SELECT 1 FROM product_fee UNION SELECT 1 FROM product_fee_row") == []


async def test_every_day_is_charged_once_when_the_firm_changes_its_period(
    empty_central: str,
) -> None:
    end = date(2023, 6, 30)
    async with open_night_firm(empty_central, 1) as firm:
        await with_settings(firm, date(2023, 2, 10), fee_period="quarter")  # January was charged
        await with_settings(firm, date(2023, 4, 10), fee_period="month")
        await firm.add(ASSET_DAY, assets(0, closes(Random(6), FIRST, end)))
        await firm.add(SUBSCRIPTION, [term(0, date(2022, 5, 1), None)])
        for day in days(FIRST, end):
            if (day + timedelta(days=1)).day == 1:
                await firm.night(day, "fees")
        told = await firm.ask("SELECT period_from, period_to, days FROM product_fee ORDER BY 1")
        assert [row[:2] for row in told] == [
            ("2023-01-01", "2023-01-31"),
            ("2023-02-01", "2023-03-31"),
            ("2023-04-01", "2023-04-30"),
            ("2023-05-01", "2023-05-31"),
            ("2023-06-01", "2023-06-30"),
        ]
        assert sum(int(str(row[2])) for row in told) == 181


def charged_from(day: date) -> ProductSettings:
    return replace(load_profile(None).on(LAST).products.D, charged_from=day)


def test_days_before_the_firm_charges_are_nobodys_debt_by_its_decision() -> None:
    on = date(2023, 1, 10)
    spans = due_spans(lambda _: charged_from(on), LAST)
    assert [(span.from_, span.to) for span in spans] == [(on, LAST)]
    assert due_spans(lambda _: charged_from(LAST + timedelta(days=1)), LAST) == ()


@pytest.mark.parametrize(
    ("unset", "code"),
    [
        ("fee_period", "FEE_PERIOD"),
        ("brackets", "FEE"),
        ("days_in_year", "DAYS_IN_YEAR"),
        ("entrusted", "ENTRUSTED_ASSETS"),
    ],
)
def test_a_day_to_be_charged_that_says_not_by_what_stops_the_fee(unset: str, code: str) -> None:
    own, on = charged_from(FIRST), date(2023, 1, 10)
    lacking = replace(own, **{unset: None})
    with pytest.raises(NotConfigured) as refusal:
        due_spans(lambda day: own if day >= on else lacking, LAST)
    assert refusal.value.code == f"{code}_NOT_CONFIGURED"
    later = replace(own, charged_from=on)
    spans = due_spans(lambda day: later if day >= on else lacking, LAST)
    assert [(span.from_, span.to) for span in spans] == [(on, LAST)]


SETTING_TASKS = (
    "SELECT branch_id, manager_id, task_id, state, note FROM task WHERE kind = 'fee_unset'"
)


async def test_head_office_is_asked_and_the_period_is_charged_once_it_has_decided(
    empty_central: str,
) -> None:
    async with open_night_firm(empty_central, 2) as firm:
        await firm.ask("INSERT INTO staff VALUES ('HQ', 'CO01', '*', '何', 'compliance')")
        await with_settings(firm, date(2022, 12, 1), charged_from=None, entrusted=None)
        await with_settings(firm, date(2023, 1, 16), entrusted=["cash", "securities"])
        known = {n: closes(Random(n), FIRST, LATER) for n in range(2)}
        for n in range(2):
            await firm.add(ASSET_DAY, assets(n, known[n]))
        await firm.add(SUBSCRIPTION, [term(0, date(2022, 5, 1), None)])
        for day in days(LAST, date(2023, 2, 1)):
            report = await firm.night(day, "fees", "fees_again")
        assert state_of(report, "fees") == ("skipped", "FEE_START_NOT_CONFIGURED")
        name = "uncharged-FEE_START_NOT_CONFIGURED-2023-01-CO01"
        assert await firm.ask(SETTING_TASKS) == [("HQ", "CO01", name, "open", "")]
        await with_settings(firm, LATER, charged_from="2023-01-10")  # before it says what of
        report = await firm.night(LATER, "fees")
        assert state_of(report, "fees") == ("skipped", "ENTRUSTED_ASSETS_NOT_CONFIGURED")
        assert await firm.ask(FEE) == []
        await with_settings(firm, date(2023, 2, 3), charged_from="2023-01-16")
        report = await firm.night(date(2023, 2, 3), "fees")
        assert counts_of(report, "fees")["charged"] == 1
        spans = tuple(
            EntrustedSpan(1, yuan_of_cents(known[0][close_of(day)]))
            for day in days(date(2023, 1, 16))
        )
        due = cents(annual_fee(settings_of(firm, LAST), AnnualFeeCase(spans=spans)).fee)
        told = "SELECT fee_id, period_from, period_to, days, amount_cents FROM product_fee"
        fee_id = f"fee-C0000-D-{LAST}"
        assert await firm.ask(told) == [(fee_id, "2023-01-16", str(LAST), 16, due)]
        assert {row[3] for row in await firm.ask(SETTING_TASKS)} == {"done"}
        report = await firm.night(date(2023, 2, 4), "fees")
        assert state_of(report, "fees") == ("skipped", "NO_FEE_DAY")
        assert len(await firm.ask(FEE)) == 1


async def test_nobody_is_asked_where_nobody_has_the_product(empty_central: str) -> None:
    async with open_night_firm(empty_central, 1) as firm:
        await firm.ask("INSERT INTO staff VALUES ('HQ', 'CO01', '*', '何', 'compliance')")
        await with_settings(firm, date(2022, 12, 1), charged_from=None)
        await firm.add(SUBSCRIPTION, [term(0, date(2022, 5, 1), date(2023, 1, 30))])
        report = await firm.night(LAST, "fees")
        assert state_of(report, "fees") == ("skipped", "FEE_START_NOT_CONFIGURED")
        assert await firm.ask(SETTING_TASKS) == []


async def test_the_demo_firm_was_charged_as_its_night_would_have(demo_central: str) -> None:
    told = (
        "SELECT f.fee_id, period_from, period_to, f.days, average_cents, amount_cents, from_on,"
        " total_cents, brackets, days_in_year, fee_cents FROM product_fee f JOIN product_fee_row r"
        " USING (branch_id, fee_id) ORDER BY 1"
    )
    async with engine_on(demo_central) as engine:
        seeded = await ask(demo_central, told)
        assert seeded
        for table in ("product_fee_row", "product_fee"):
            await ask(demo_central, f"ALTER TABLE {table} DISABLE TRIGGER USER")
            await ask(demo_central, f"DELETE FROM {table}")
            await ask(demo_central, f"ALTER TABLE {table} ENABLE TRIGGER USER")
        evening = FixedClock(datetime.combine(LAST, time(18, 30), BEIJING))
        await Nights(engine, evening, [FEES]).run(LAST)
        assert await ask(demo_central, told) == seeded


@pytest.mark.parametrize("kinds", [["cash"], ["securities"], ["cash", "securities"]])
async def test_only_what_is_entrusted_is_charged(empty_central: str, kinds: list[str]) -> None:
    known = closes(Random(7))
    cash = {day: amount // 3 for day, amount in known.items()}
    async with open_night_firm(empty_central, 2) as firm:
        await with_settings(firm, FIRST, entrusted=kinds)
        parts: tuple[dict[date, int | None], ...] = ({**cash}, dict.fromkeys(known))
        for n, told in enumerate(parts):  # the second one's are not told apart
            rows = zip(assets(n, known), told.values(), strict=True)
            await firm.add(ASSET_DAY, [row | {"cash_cents": part} for row, part in rows])
        await firm.add(SUBSCRIPTION, [term(n, date(2022, 5, 1), None) for n in range(2)])
        await firm.night(LAST, "fees")
        counted = {
            day: (cash[day] if "cash" in kinds else 0)
            + (known[day] - cash[day] if "securities" in kinds else 0)
            for day in known
        }
        spans = tuple(EntrustedSpan(1, yuan_of_cents(counted[close_of(day)])) for day in days())
        due = cents(annual_fee(settings_of(firm, LAST), AnnualFeeCase(spans=spans)).fee)
        told_apart = len(kinds) == 1
        found = await firm.ask("SELECT code, amount_cents FROM product_fee ORDER BY client_id")
        assert found[0] == ("", due)
        assert found[1] == (("ENTRUSTED_UNKNOWN", 0) if told_apart else ("", due))
        kept = await firm.ask("SELECT DISTINCT entrusted FROM product_fee_row")
        assert kept == [(",".join(kinds),)]


async def test_another_choice_of_assets_holds_from_its_own_day(empty_central: str) -> None:
    async with open_night_firm(empty_central, 1) as firm:
        await with_settings(firm, date(2023, 1, 16), entrusted=["cash"])
        await firm.add(ASSET_DAY, [row | {"cash_cents": 0} for row in assets(0, closes(Random(8)))])
        await firm.add(SUBSCRIPTION, [term(0, date(2022, 5, 1), None)])
        await firm.night(LAST, "fees")
        told = await firm.ask(
            "SELECT from_on, entrusted, fee_cents FROM product_fee_row ORDER BY 1"
        )
        assert [row[:2] for row in told] == [
            ("2023-01-01", "cash,securities"),
            ("2023-01-16", "cash"),
        ]
        assert told[1][2] == 0


GONE = date(2023, 1, 20)  # the last close before the holidays
LATER = date(2023, 2, 2)


async def unknown_fee(firm: NightFirm) -> dict[date, int]:
    """One client's fee that nobody can reckon: a close is missing. Returns all closes."""
    known = {day: 10**9 + day.day for day in closes(Random(9))}
    await firm.add(ASSET_DAY, assets(0, {day: one for day, one in known.items() if day != GONE}))
    await firm.add(SUBSCRIPTION, [term(0, date(2022, 5, 1), None)])
    await firm.night(LAST, "fees", "fees_again")
    return known


ENTRIES = "SELECT kind, amount_cents, code, about <> '' FROM product_fee ORDER BY fee_id DESC"


async def test_an_unknown_fee_is_charged_by_the_night_after_its_cause_is_gone(
    empty_central: str,
) -> None:
    async with open_night_firm(empty_central, 1) as firm:
        known = await unknown_fee(firm)
        before = [("fee", 0, "ENTRUSTED_UNKNOWN", False)]
        report = await firm.night(date(2023, 2, 1), "fees", "fees_again")
        assert counts_of(report, "fees_again")["charged"] == 0
        assert await firm.ask(ENTRIES) == before
        await firm.add(ASSET_DAY, assets(0, {GONE: known[GONE]}))
        await with_settings(firm, date(2023, 2, 1), brackets=[{"above": "0", "rate": "0.5"}])
        report = await firm.night(LATER, "fees", "fees_again")
        assert counts_of(report, "fees_again") == {"charged": 1, "told": 1, "closed": 1}
        spans = tuple(EntrustedSpan(1, yuan_of_cents(known[close_of(day)])) for day in days())
        due = cents(annual_fee(settings_of(firm, LAST), AnnualFeeCase(spans=spans)).fee)
        assert due > 0  # by January's brackets, not by February's
        after = [*before, ("recomputed", due, "", True)]
        assert await firm.ask(ENTRIES) == after
        task = "SELECT state, note FROM task WHERE kind = 'fee_unknown'"
        assert await firm.ask(task) == [("done", "受托资产已齐,年费已由夜间批处理补收")]
        told = await firm.ask("SELECT title FROM timeline ORDER BY entry_id")
        assert "年费补收 2023-01-01 至 2023-01-31" in str(told[0][0])
        for again in (True, False):
            report = await firm.night(LATER, "fees_again", again=again)
        report = await firm.night(date(2023, 2, 3), "fees", "fees_again")
        assert state_of(report, "fees_again") == ("skipped", "NO_UNKNOWN_FEE")
        assert await firm.ask(ENTRIES) == after


async def test_a_fee_that_somebody_corrected_is_not_charged_again(empty_central: str) -> None:
    async with open_night_firm(empty_central, 1) as firm:
        known = await unknown_fee(firm)
        await firm.ask(
            "INSERT INTO product_fee (branch_id, fee_id, manager_id, client_id, product, kind,"
            " amount_cents, about) SELECT branch_id, 'correction-1', manager_id, client_id,"
            " product, 'correction', 500, fee_id FROM product_fee"
        )
        await firm.add(ASSET_DAY, assets(0, {GONE: known[GONE]}))
        report = await firm.night(LATER, "fees_again")
        assert state_of(report, "fees_again") == ("skipped", "NO_UNKNOWN_FEE")
        assert [row[0] for row in await firm.ask(ENTRIES)] == ["fee", "correction"]


async def test_a_row_without_its_fee_is_not_kept(empty_central: str) -> None:
    async with open_night_firm(empty_central, 1) as firm:
        with pytest.raises(asyncpg.ForeignKeyViolationError):
            await firm.ask(
                "INSERT INTO product_fee_row (branch_id, fee_id, from_on, client_id)"
                " VALUES ('B001', 'none', '2023-01-01', 'C0000')"
            )
