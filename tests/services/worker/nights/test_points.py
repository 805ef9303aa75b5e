"""Points of booked commission, loyalty, expiry and increments: as the pure rules say."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

import asyncpg
import pytest

from models.clients.tier import TIERS, Tier
from models.dates import months_later, years_later
from models.money import yuan_of_cents
from models.rules.assessment.increment import (
    AssessedClient,
    AssessedPeriod,
    CommissionTrade,
    ManagerSpan,
    increment,
)
from models.rules.points.accrue import TierSpan, accrue
from models.rules.points.events import (
    CommissionEvent,
    CorrectionEvent,
    LoyaltyEvent,
    PointsEvent,
    ReversalEvent,
)
from models.rules.points.expiry import DatedPoints, expired
from models.tables.central import CLIENT_TIER
from models.tables.firm import POINTS_ENTRY
from models.tables.nights import COMMISSION_ENTRY
from models.tables.service import POINTS_HOLD
from services.rules.loader import load_profile
from services.worker.nights.points.loyalty import anniversary_ends
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

CLIENTS = 40
DAY = date(2023, 2, 1)
LATER = date(2023, 2, 2)


def booked(number: int, entry_id: str, on: date, cents: int, **more: object) -> Row:
    """A commission entry of the day."""
    plain: Row = {
        "entry_id": entry_id,
        "kind": "commission",
        "about": "",
        "trade_date": on.isoformat(),
        "booked_on": DAY.isoformat(),
        "amount_cents": cents,
        "evidence": True,
        "churn": False,
    }
    return owner(number) | plain | more


def spans_of(rng: Random) -> list[TierSpan]:
    """A history of tiers from before every trade."""
    days = sorted({date(2022, 1, 1), *(DAY - timedelta(days=rng.randrange(40)) for _ in "ab")})
    return [TierSpan(day, rng.choice(TIERS)) for day in days]


async def balances(firm: NightFirm) -> dict[object, object]:
    """Sums of the ledger, which the clients' balances must equal."""
    assert await firm.ask("SELECT * FROM points_unequal") == []
    return pairs(await firm.ask("SELECT client_id, points_milli FROM client"))


async def test_points_of_settlement_are_what_the_rule_gives(empty_central: str) -> None:
    rng = Random(1)
    rows: list[Row] = []
    later: list[Row] = []
    tiers: list[Row] = []
    expected: dict[object, object] = {}
    settings = load_profile(None).on(DAY).points
    for n in range(CLIENTS):
        spans = spans_of(rng)
        tiers += [
            owner(n) | {"starts_on": span.from_.isoformat(), "tier": span.tier.value}
            for span in spans
        ]
        events: list[PointsEvent] = []
        for at in range(rng.randrange(8)):
            on, cents, name = (
                DAY - timedelta(days=rng.randrange(45)),
                rng.randint(1, 99_999),
                f"{n}-{at}",
            )
            rows.append(booked(n, name, on, cents))
            events.append(CommissionEvent("commission", name, yuan_of_cents(cents), on))
            if rng.randrange(3) == 0:
                new = rng.randint(1, 99_999)
                events.append(CorrectionEvent("correction", f"{name}c", name, yuan_of_cents(new)))
                more: Row = {"kind": "correction", "about": name}
                later.append(booked(n, f"{name}c", on, new - cents, booked_on="2023-02-02", **more))
                if rng.randrange(2):
                    events.append(ReversalEvent("reversal", f"{name}r", name))
                    more = {"kind": "reversal", "about": name, "booked_on": "2023-02-02"}
                    later.append(booked(n, f"{name}r", on, -new, **more))
        balance = accrue(settings, spans, events, LATER).balance
        expected[owner(n)["client_id"]] = int(balance * 1_000)
    async with open_night_firm(empty_central, CLIENTS) as firm:
        await firm.add(CLIENT_TIER, tiers)
        await firm.add(COMMISSION_ENTRY, rows)
        await firm.night(DAY, "commission")
        await firm.add(COMMISSION_ENTRY, later)
        report = await firm.night(LATER, "commission")
        assert counts_of(report, "commission") == {"posted": 0, "corrected": len(later)}
        assert await balances(firm) == expected
        for day in (DAY, LATER):  # again: nothing twice
            report = await firm.night(day, "commission", again=True)
            assert counts_of(report, "commission") == {"posted": 0, "corrected": 0}
        assert await balances(firm) == expected


async def test_the_multiplier_is_that_of_the_trade_date(empty_central: str) -> None:
    async with open_night_firm(empty_central, 1) as firm:
        double = changed(load_profile(None).document, "points", {"per_yuan": "2"})
        await firm.set(date(2023, 1, 31), double)
        await firm.add(
            CLIENT_TIER,
            [
                owner(0) | {"starts_on": "2022-01-01", "tier": "silver"},
                owner(0) | {"starts_on": "2023-01-31", "tier": "gold"},
            ],
        )
        await firm.add(
            COMMISSION_ENTRY,
            [
                booked(0, "before", date(2023, 1, 30), 1_000),
                booked(0, "on", date(2023, 1, 31), 1_000),
            ],
        )
        await firm.night(DAY, "commission")
        found = await firm.ask("SELECT entry_id, points_milli, factor FROM points_entry ORDER BY 1")
        assert found == [("commission-before", 11_000, "1.1"), ("commission-on", 24_000, "2.4")]


async def test_without_a_multiplier_the_entry_is_held_and_says_so(empty_central: str) -> None:
    async with open_night_firm(empty_central, 1) as firm:
        await firm.set(DAY, changed(load_profile(None).document, "points", {"per_yuan": None}))
        await firm.add(COMMISSION_ENTRY, [booked(0, "T", DAY, 1_000)])
        await firm.night(DAY, "commission")
        [(milli, factor, note)] = await firm.ask(
            "SELECT points_milli, factor, note FROM points_entry"
        )
        assert (milli, factor) == (0, "")
        assert "暂挂" in str(note)


async def test_a_trade_that_our_engine_posted_is_not_posted_again(empty_central: str) -> None:
    async with open_night_firm(empty_central, 1) as firm:
        entry = {"entry_id": "commission-F1", "kind": "commission", "points_milli": 5_000}
        await firm.add(POINTS_ENTRY, [owner(0) | entry])
        await firm.add(COMMISSION_ENTRY, [booked(0, "F1", DAY, 500)])
        report = await firm.night(DAY, "commission")
        assert counts_of(report, "commission")["posted"] == 0
        assert await balances(firm) == {"C0000": 5_000}


async def test_loyalty_comes_on_the_anniversary_and_once(empty_central: str) -> None:
    opened = ("2015-02-28", "2016-02-29", "2015-03-01", "2023-02-28")
    async with open_night_firm(empty_central, 4, opened) as firm:
        for _ in range(2):
            await firm.night(date(2023, 2, 28), "loyalty", again=True)
        found = await firm.ask(
            "SELECT client_id, entry_id, points_milli FROM points_entry ORDER BY 1"
        )
        settings = load_profile(None).on(DAY).points
        day = date(2023, 2, 28)
        for n, start in enumerate(opened):
            event = LoyaltyEvent("loyalty", "x", date.fromisoformat(start), day)
            [entry] = accrue(settings, (), (event,), day).entries
            posted = [row[2] for row in found if row[0] == f"C{n:04d}"]
            assert posted == ([int((entry.points or 0) * 1_000)] if entry.points else [])
        assert found[0][1] == "loyalty-C0000-2023-02-28"


async def test_every_anniversary_falls_on_one_night_of_the_year(empty_central: str) -> None:
    days = [date(2023, 1, 1) + timedelta(days=at) for at in range(365)]
    for opened in (date(2016, 2, 29), date(2015, 3, 1), date(2014, 12, 31)):
        hits = [day for day in days if opened.isoformat()[4:] in anniversary_ends(day)]
        assert hits == [years_later(opened, 2023 - opened.year)]


async def test_points_expire_oldest_first_and_never_held_ones(empty_central: str) -> None:
    rng = Random(3)
    rows: list[Row] = []
    holds: list[Row] = []
    expected: dict[object, int] = {}
    for n in range(CLIENTS):
        ledger = [
            DatedPoints(
                DAY - timedelta(days=rng.randrange(900)),
                Decimal(rng.choice((1, 1, 1, -1)) * rng.randint(1, 500)),
            )
            for _ in range(rng.randrange(7))
        ]
        held = Decimal(rng.choice((0, 0, 100)))
        rows += [
            owner(n)
            | {
                "entry_id": f"{n}-{at}",
                "kind": "commission",
                "points_milli": int(one.points) * 1_000,
                "posted_at": f"{one.on.isoformat()}T10:00:00.000+08:00",
            }
            for at, one in enumerate(ledger)
        ]
        if held:
            state = {"hold_id": f"H{n}", "points_milli": int(held) * 1_000, "state": "held"}
            holds.append(owner(n) | state)
        lost = expired(12, ledger, held, LATER)
        if lost:
            expected[owner(n)["client_id"]] = -int(lost) * 1_000
    async with open_night_firm(empty_central, CLIENTS) as firm:
        await firm.set(DAY, changed(load_profile(None).document, "points", {"valid_months": 12}))
        await firm.add(POINTS_ENTRY, rows)
        await firm.add(POINTS_HOLD, holds)
        for _ in range(2):
            await firm.night(DAY, "points_expiry", again=True)
        found = await firm.ask(
            "SELECT client_id, points_milli FROM points_entry WHERE kind = 'expiry'"
        )
        assert pairs(found) == expected
        assert len(expected) > 3
        await balances(firm)


async def test_points_never_expire_unless_the_firm_says_so(empty_central: str) -> None:
    async with open_night_firm(empty_central, 1) as firm:
        report = await firm.night(DAY, "points_expiry")
        assert state_of(report, "points_expiry") == ("skipped", "POINTS_NEVER_EXPIRE")


def test_points_expire_on_the_same_day_months_later() -> None:
    entry = (DatedPoints(date(2022, 2, 1), Decimal(10)),)
    assert expired(12, entry, Decimal(0), date(2023, 1, 31)) == 0
    assert expired(12, entry, Decimal(0), months_later(date(2022, 2, 1), 12)) == 10
    assert expired(None, entry, Decimal(0), date(2099, 1, 1)) == 0


async def test_increment_against_the_frozen_baseline(empty_central: str) -> None:
    rng = Random(9)
    period = AssessedPeriod(date(2023, 1, 1), date(2023, 3, 31))
    rows: list[Row] = []
    clients: list[AssessedClient] = []
    for n in range(CLIENTS):
        trades: list[CommissionTrade] = []
        baseline = 0
        for at in range(rng.randrange(9)):
            on = date(2022, 1, 1) + timedelta(days=rng.randrange(455))
            cents, name = rng.randint(1, 900_000), f"{n}-{at}"
            flags: Row = {"evidence": rng.randrange(5) > 0, "churn": rng.randrange(6) == 0}
            reversed_on = on if rng.randrange(5) == 0 else None
            corrected = rng.randrange(4) == 0 and reversed_on is None
            rows.append(booked(n, name, on, cents, booked_on=on.isoformat(), **flags))
            change = rng.randint(1, 5_000)
            if reversed_on or corrected:
                more: Row = {
                    "kind": "reversal" if reversed_on else "correction",
                    "about": name,
                    "booked_on": on.isoformat(),
                }
                amount = -cents if reversed_on else change
                rows.append(booked(n, f"{name}x", on, amount, **(flags | more)))
            trade = CommissionTrade(
                id=name,
                date=on,
                amount=yuan_of_cents(cents + (change if corrected else 0)),
                reversed_on=reversed_on,
                evidence=bool(flags["evidence"]),
                churn=bool(flags["churn"]),
            )
            if on.year == 2022 and trade.is_credited:
                baseline += int(trade.amount * 100)
            trades.append(trade)
        clients.append(
            AssessedClient(
                id=str(owner(n)["client_id"]),
                baseline_year=yuan_of_cents(baseline),
                managers=(ManagerSpan(date(2015, 1, 1), str(owner(n)["manager_id"])),),
                trades=tuple(trades),
            )
        )
    told = increment(period, clients)
    async with open_night_firm(empty_central, CLIENTS) as firm:
        credited = (
            row | {"credited_branch": "B001", "credited_to": row["manager_id"]} for row in rows
        )
        await firm.add(COMMISSION_ENTRY, credited)
        await firm.night(date(2023, 1, 3), "baseline")
        late = booked(0, "late", date(2022, 6, 1), 777_777, booked_on="2023-01-04")
        await firm.add(COMMISSION_ENTRY, [late])
        await firm.night(date(2023, 3, 31), "baseline", "increment", "credit")
        found = await firm.ask("SELECT client_id, increment_cents FROM commission_increment")
        assert pairs(found) == {
            client: int(amount * 100) for client, amount in told.by_client.items()
        }
        credit = await firm.ask("SELECT manager_id, credited_cents FROM commission_credit")
        assert pairs(credit) == {m: int(amount * 100) for m, amount in told.by_manager.items()}


async def test_a_frozen_baseline_cannot_be_changed(empty_central: str) -> None:
    async with open_night_firm(empty_central, 1) as firm:
        await firm.night(DAY, "baseline")
        await firm.ask(
            "INSERT INTO commission_baseline (branch_id, client_id, year, amount_cents)"
            " SELECT branch_id, client_id, '2000', 1 FROM client"
        )
        for statement in (
            "UPDATE commission_baseline SET amount_cents = 1",
            "DELETE FROM commission_baseline WHERE year = '2000'",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await firm.ask(statement)


def test_tiers_are_ranked_in_the_database_as_in_the_rules() -> None:
    assert [tier.value for tier in TIERS] == ["ordinary", "silver", "gold", "platinum"]
    assert TIERS[0] is Tier.ORDINARY
