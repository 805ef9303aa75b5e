"""A rule asked at central and at a desk: the same answer for every client, known or half known."""

from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

import asyncpg
import msgspec
import pytest

from models.clients.segments.judge import Answer
from models.clients.segments.rule import (
    CHANNELS,
    PRODUCTS,
    AssetsBetween,
    BirthdayWithin,
    CommissionBetween,
    ConsentsTo,
    Every,
    Holds,
    NoContactFor,
    Not,
    Part,
    RiskIs,
    RiskTestEndsWithin,
    SegmentRule,
    Some,
    Subscribes,
    TierIs,
    check_rule,
)
from models.clients.tier import TIERS, RiskClass
from models.errors import ExpectedFailure
from models.lives.consent import CONSENT_CHANNELS, ConsentForm
from models.lives.subscription import SubscriptionState
from models.rules.basis.profile import Settings
from models.rules.messages.send_gate import Purpose
from models.tables.firm import FIRM
from services.central.connection import driver_url
from services.central.handlers.firm_rules import read_dated
from services.central.privacy.segments import Asked, pick_clients
from services.central.session import Actor
from services.desk.clients.roll import ClientRoll
from services.desk.clients.segments import SegmentClients
from services.desk.storage.rows import Row
from services.rules.dated import DatedSetting, settings_in_force
from tests.support.desk_data import FakePrices, open_desk
from tests.support.postgres import FixedClock, ask, engine_on

NOW = FixedClock().now()
COMPLIANCE = Actor("HQ", "CO01", "compliance")
SYMBOLS = ("600519.SH", "000001.SZ", "688981.SH")
AMOUNTS = (0, 1, 99_999, 100_000, 100_001)
READ = ("client", "account", "holding", "subscription", "consent")
NO_DAYS = ("", "nobody knows", "1980-02-30", "198-01-01")


def days_around(rng: Random) -> str:
    """A day that some rule's edge may fall on, often of another year, sometimes none at all."""
    if rng.random() < 0.15:
        return rng.choice(NO_DAYS)
    day = NOW.date() + timedelta(days=rng.randint(-40, 40))
    year = rng.choice((1980, 1996, 2019, 2020, 2021, 2022))
    told = rng.choice(("02-29", f"{day:%m-%d}")) if year % 4 == 0 else f"{day:%m-%d}"
    told = "02-28" if told == "02-29" and year % 4 else told
    return rng.choice((f"{year}-{told}", f"{year}{told}".replace("-", "")))


def moments_around(rng: Random) -> str:
    """A moment as somebody wrote it, near the edge of a day of Beijing."""
    if rng.random() < 0.2:
        return ""
    day = NOW.date() - timedelta(days=rng.randint(0, 40))
    return f"{day}" + rng.choice(
        ("", "T00:00:00.000+08:00", "T23:59:59.999+08:00", "T16:30:00Z", "T15:59:59.000+00:00")
    )


def _statements(rng: Random, client: str, branch: str, manager: str, account: str) -> list[str]:
    own = f"'{branch}', '{manager}', '{client}'"
    told = [
        f"UPDATE client SET tier = '{rng.choice(TIERS)}',"
        f" average_assets_cents = {rng.choice(AMOUNTS)},"
        f" year_commission_cents = {rng.choice(AMOUNTS)},"
        f" risk_class = '{rng.choice(('', *RiskClass))}',"
        f" risk_tested_on = '{days_around(rng)}', birthday = '{days_around(rng)}',"
        f" last_contact_at = '{moments_around(rng)}' WHERE client_id = '{client}'"
    ]
    told += [
        "INSERT INTO holding (branch_id, manager_id, client_id, account, symbol, quantity)"
        f" VALUES ({own}, '{account}', '{symbol}', {rng.choice((0, 100))})"
        for symbol in rng.sample(SYMBOLS, rng.randint(0, 3))
    ]
    for number in range(rng.randint(0, 3)):
        starts, ends = (NOW.date() + timedelta(days=rng.randint(-1, 1)) for _ in range(2))
        told.append(
            "INSERT INTO subscription (branch_id, manager_id, client_id, subscription_id, product,"
            f" state, starts_on, ends_on) VALUES ({own}, '{client}-{number}',"
            f" '{rng.choice(sorted(PRODUCTS))}', '{rng.choice(list(SubscriptionState))}',"
            f" '{starts}', '{rng.choice(('', str(ends)))}')"
        )
    for number in range(rng.randint(0, 8)):
        at = NOW + timedelta(hours=rng.randint(-2, 1))
        told.append(
            "INSERT INTO consent (branch_id, manager_id, client_id, consent_id, purpose, channel,"
            f" form, at) VALUES ({own}, '{client}-{number}', '{rng.choice(list(Purpose))}',"
            f" '{rng.choice(sorted(CONSENT_CHANNELS))}', '{rng.choice(list(ConsentForm))}',"
            f" '{at.isoformat(timespec='milliseconds')}')"
        )
    return told


async def _generate(url: str, rng: Random) -> None:
    """Every client of the firm anew: known, half known and hardly known; settings that change."""
    connection = await asyncpg.connect(driver_url(url))
    try:
        await connection.execute("SET session_replication_role = replica")
        await connection.execute(
            "DELETE FROM holding; DELETE FROM subscription; DELETE FROM consent"
        )
        [value] = await connection.fetch(
            "SELECT value::text AS told FROM firm_setting WHERE name = 'suitability'"
        )
        await connection.execute(
            "UPDATE firm_setting SET effective_from = '2020-01-15' WHERE name = 'suitability'"
        )
        for day, years in (("2021-06-01", 1), ("2022-02-01", None), ("2022-06-01", 3)):
            section = msgspec.json.decode(value["told"]) | {"test_valid_years": years}
            if years is None:
                del section["test_valid_years"]
            await connection.execute(
                "INSERT INTO firm_setting (branch_id, name, effective_from, value)"
                " VALUES ('*', 'suitability', $1, $2)",
                day,
                msgspec.json.encode(section).decode(),
            )
        clients = await connection.fetch(
            "SELECT c.client_id, c.branch_id, c.manager_id, min(a.account) AS account FROM client c"
            " LEFT JOIN account a USING (branch_id, client_id) GROUP BY 1, 2, 3 ORDER BY 1"
        )
        for row in clients:
            for statement in _statements(rng, *row):
                await connection.execute(statement)
    finally:
        await connection.close()


def _amounts(rng: Random) -> tuple[int | None, int | None]:
    low, high = sorted(rng.sample(AMOUNTS, 2))
    return rng.choice(((low, high), (low, None), (None, high)))


def a_part(rng: Random, depth: int = 3) -> Part:
    """Any rule that may be asked."""
    kind = rng.randrange(10 if depth == 1 else 16)
    some = rng.randint(1, 2)
    match kind:
        case 0:
            return TierIs(tuple(rng.sample(TIERS, some)))
        case 1:
            return AssetsBetween(*_amounts(rng))
        case 2:
            return CommissionBetween(*_amounts(rng))
        case 3:
            return Holds(rng.choice(SYMBOLS))
        case 4:
            return RiskIs(tuple(rng.sample(list(RiskClass), some)))
        case 5:
            return ConsentsTo(rng.choice(list(Purpose)), rng.choice(sorted(CHANNELS)))
        case 6:
            return NoContactFor(rng.randint(0, 41))
        case 7:
            return Subscribes(tuple(rng.sample(sorted(PRODUCTS), some)))
        case 8:
            return BirthdayWithin(rng.choice((0, 1, 7, 27, 40, 366)))
        case 9:
            return RiskTestEndsWithin(rng.choice((0, 1, 30, 400, 1_000)))
        case 10 | 11:
            return Not(a_part(rng, depth - 1))
    parts = tuple(a_part(rng, depth - 1) for _ in range(rng.randint(1, 3)))
    return Every(parts) if kind % 2 else Some(parts)


class Dated:
    """The firm's settings as a desk reads them out of the same rows."""

    def __init__(self, rows: tuple[DatedSetting, ...]) -> None:
        self._rows = rows

    def on(self, day: date) -> Settings:
        """Those in force on a day."""
        return settings_in_force(self._rows, day)


async def _rows(url: str) -> list[tuple[str, Row]]:
    """All rows of all clients as the desk of one manager would have them."""
    found: list[tuple[str, Row]] = []
    for table in READ:
        names = [column.name for column in FIRM.tables[table].columns]
        for row in await ask(url, f"SELECT {', '.join(names)} FROM {table}"):
            told: Row = dict(zip(names, row, strict=True))  # type: ignore[arg-type]  # as stored
            found.append((table, told | {"branch_id": "B1", "manager_id": "M001"}))
    return found


@pytest.mark.parametrize("seed", range(4))
async def test_central_answers_for_every_client_as_his_desk_does(
    demo_central: str, tmp_path: Path, seed: int
) -> None:
    rng = Random(seed)
    await _generate(demo_central, rng)
    async with engine_on(demo_central) as engine, open_desk(tmp_path) as desk:
        async with engine.connect() as connection:
            settings = Dated(await read_dated(connection))
        roll = ClientRoll(desk.store, FakePrices())
        segments = SegmentClients(store=desk.store, roll=roll, settings=settings, clock=desk.clock)
        await desk.receive(*await _rows(demo_central))
        await roll.load()
        await segments.load()
        seen: set[Answer] = set()
        for _ in range(60):
            rule = SegmentRule(1, a_part(rng))
            check_rule(rule)
            picked = await segments.pick(rule)
            at_desk = dict.fromkeys(picked.in_, Answer.IN) | dict.fromkeys(picked.out, Answer.OUT)
            at_desk |= dict.fromkeys(picked.unknown, Answer.UNKNOWN)
            asked = Asked(rule, datetime.fromisoformat(desk.clock.now().isoformat()), "核对")
            found = await pick_clients(engine, COMPLIANCE, asked)
            assert {one.client_id: one.answer for one in found} == at_desk, rule
            seen |= set(at_desk.values())
        assert len(found) == 60 and seen == set(Answer)


async def test_everybody_asks_about_the_clients_whom_he_may_see(demo_central: str) -> None:
    everyone = Asked(SegmentRule(1, TierIs(tuple(TIERS))), NOW)
    async with engine_on(demo_central) as engine:
        firm = await pick_clients(engine, COMPLIANCE, everyone)
        branch = await pick_clients(engine, Actor("B001", "BM01", "branch_manager"), everyone)
        own = await pick_clients(engine, Actor("B001", "M001", "manager"), everyone)
        nobody = await pick_clients(engine, Actor("", "", "hub"), everyone)
    assert len(firm) == 60 and nobody == ()
    assert {one.manager_id for one in own} == {"M001"} and set(own) <= set(branch) <= set(firm)


async def test_who_asks_about_birthdays_says_why_and_it_is_written_down(demo_central: str) -> None:
    soon = SegmentRule(1, BirthdayWithin(7))
    async with engine_on(demo_central) as engine:
        for actor, reason, code in (
            (COMPLIANCE, " ", "UNMASK_REASON_MISSING"),
            (Actor("HQ", "CC01", "call_centre"), "关怀", "UNMASK_NOT_ALLOWED"),
            (Actor("HQ", "AD01", "adviser"), "关怀", "UNMASK_NOT_ALLOWED"),
        ):
            with pytest.raises(ExpectedFailure) as refused:
                await pick_clients(engine, actor, Asked(soon, NOW, reason))
            assert refused.value.code == code
        assert len(await pick_clients(engine, COMPLIANCE, Asked(soon, NOW, "生日关怀"))) == 60
    logged = "SELECT author, detail FROM audit_entry WHERE action = 'segment.birthdays'"
    [(author, detail)] = await ask(demo_central, logged)
    told = msgspec.json.decode(str(detail))
    assert (author, told["days"], told["reason"]) == ("CO01", 7, "生日关怀")
