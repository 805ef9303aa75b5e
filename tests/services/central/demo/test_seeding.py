"""The demo firm: the same from the same seed, consistent in itself, never over other data."""

from collections import Counter
from datetime import date
from functools import cache
from itertools import groupby

import pytest

from models.clients.tier import Tier
from models.errors import ExpectedFailure
from services.central.demo.grading import Grading
from services.central.demo.plan import Scale
from services.central.demo.seeding import Firm, make_firm, seed_demo
from services.central.demo.tables.row import Row
from tests.support.postgres import TODAY, ask, engine_on

SCALE = Scale(seed=1, clients=2_000, manager_clients=300, today=TODAY)


@cache
def firm() -> Firm:
    return make_firm(SCALE)


def rows(table: str, manager: str = "M001") -> list[Row]:
    return [row for row in firm().rows[table] if row["manager_id"] == manager]


def by_client(table: str) -> dict[str, list[Row]]:
    ordered = sorted(rows(table), key=lambda row: str(row["client_id"]))
    return {k: list(group) for k, group in groupby(ordered, lambda row: str(row["client_id"]))}


def test_the_same_seed_gives_the_same_firm() -> None:
    small = Scale(seed=7, clients=40, manager_clients=20, today=TODAY)
    assert make_firm(small) == make_firm(small)
    assert make_firm(small) != make_firm(Scale(8, 40, 20, TODAY))


def test_managers_have_their_share() -> None:
    owners = Counter(row["manager_id"] for row in firm().rows["client"])
    assert owners == {"M001": 300, "M002": 850, "M003": 850}


def test_tiers_come_in_believable_shares_and_follow_the_rule() -> None:
    clients = rows("client")
    shares = Counter(Tier(str(row["tier"])) for row in clients)
    assert 150 <= shares[Tier.ORDINARY] <= 190
    assert 60 <= shares[Tier.SILVER] <= 85
    assert 30 <= shares[Tier.GOLD] <= 48
    assert 12 <= shares[Tier.PLATINUM] <= 20
    grading = Grading(TODAY)
    for row in clients:
        tier, by = grading.assign(
            int(str(row["average_assets_cents"])), int(str(row["year_commission_cents"]))
        )
        assert (row["tier"], row["tier_by"]) == (tier.value, by)


def test_points_are_the_sum_of_their_entries() -> None:
    entries = by_client("points_entry")
    for row in rows("client"):
        own = entries[str(row["client_id"])]
        assert row["points_milli"] == sum(int(str(entry["points_milli"])) for entry in own)
        assert int(str(row["points_milli"])) >= 0


def test_widely_held_securities_are_there_to_alert_about() -> None:
    holders = Counter(str(row["symbol"]) for row in rows("holding"))
    assert 35 <= holders["600519.SH"] <= 60
    assert len({row["client_id"] for row in rows("holding")}) >= 250


def test_the_first_platinum_client_can_buy_and_sell_600519() -> None:
    first = min(
        (row for row in rows("client") if row["tier"] == "platinum"),
        key=lambda row: str(row["client_id"]),
    )
    [account] = by_client("account")[str(first["client_id"])]
    assert int(str(account["cash_cents"])) > 300 * 1_860_00
    held = {str(row["symbol"]): row for row in by_client("holding")[str(first["client_id"])]}
    assert int(str(held["600519.SH"]["sellable"])) >= 100
    told = [row for row in rows("instruction") if row["client_id"] == first["client_id"]]
    assert [(row["symbol"], row["side"], row["day"]) for row in told] == [
        ("600519.SH", "buy", TODAY.isoformat())
    ]


def test_instructions_to_sell_are_about_what_is_held() -> None:
    held = {(row["account"], row["symbol"]): int(str(row["sellable"])) for row in rows("holding")}
    sells = [row for row in rows("instruction") if row["side"] == "sell"]
    assert len(sells) == 2
    for row in sells:
        assert held[row["account"], row["symbol"]] >= int(str(row["quantity"]))


def test_commission_products_go_with_tier_and_bundle() -> None:
    tiers = {row["client_id"]: row["tier"] for row in rows("client")}
    products = by_client("subscription")
    holders = {k: v for k, v in products.items() if any(r["product"] in set("ABCDE") for r in v)}
    assert len(holders) >= 8
    for client_id, held in holders.items():
        assert tiers[client_id] in ("gold", "platinum")
        bundled = {row["product"] for row in held if row["state"] == "bundled"}
        assert bundled == {"SMS1", "SMS2", "SMS3"}
        own = [row for row in held if row["product"] in set("ABCDE")]
        assert all(row["about"] == row["subscription_id"] for row in own)  # each ends by itself


def test_demo_clients_have_history_and_others_a_little() -> None:
    sizes = [len(contacts) for contacts in by_client("contact").values()]
    assert (len(sizes), min(sizes) >= 8, max(sizes) <= 40) == (300, True, True)
    last = {k: max(str(row["happened_at"]) for row in v) for k, v in by_client("contact").items()}
    assert last == {row["client_id"]: row["last_contact_at"] for row in rows("client")}


def test_some_risk_tests_run_out_soon_and_some_have_run_out() -> None:
    tested = [date.fromisoformat(str(row["risk_tested_on"])) for row in rows("client")]
    expired = sum(day < date(2021, 2, 1) for day in tested)
    soon = sum(date(2021, 2, 1) <= day <= date(2021, 4, 2) for day in tested)
    assert 5 <= expired <= 40
    assert 10 <= soon <= 60


def test_names_are_distinct_enough_and_some_are_hard_to_read() -> None:
    clients = firm().rows["client"]
    assert len({row["name"] for row in clients}) > 1_700
    assert sum("," in str(row["pinyin"]) for row in clients) >= 40
    assert sum(any(rare in str(row["name"]) for rare in "喆堃犇翀赟") for row in clients) >= 20
    zeng = next(row for row in clients if str(row["name"]).startswith("曾"))
    assert str(zeng["pinyin"]).startswith("zeng ")
    assert str(zeng["initials"]).startswith("z")


async def test_seeding_tells_its_progress_and_fills_the_tables(empty_central: str) -> None:
    told: list[tuple[int, int, str]] = []
    async with engine_on(empty_central) as engine:
        await seed_demo(
            engine,
            seed=1,
            clients=30,
            manager_clients=10,
            today=TODAY,
            progress=lambda *step: told.append(step),
        )
    counts = await ask(empty_central, "SELECT count(*), count(DISTINCT manager_id) FROM client")
    assert counts == [(30, 3)]
    done = [step for step, _, _ in told]
    assert done == sorted(done)
    assert told[-1][0] == told[-1][1] > 100
    assert await ask(empty_central, "SELECT count(*) FROM change_log") == [(0,)]
    disabled = "SELECT count(*) FROM pg_trigger WHERE tgenabled = 'D'"
    assert await ask(empty_central, disabled) == [(0,)]


@pytest.mark.parametrize(
    "row",
    [
        "INSERT INTO staff (branch_id, staff_id) VALUES ('B9', 'S9')",
        "WITH s AS (INSERT INTO staff (branch_id, staff_id) VALUES ('B9', 'M9'))"
        " INSERT INTO client (branch_id, client_id, manager_id) VALUES ('B9', 'C9', 'M9')",
    ],
)
async def test_a_database_with_anything_in_it_is_not_touched(empty_central: str, row: str) -> None:
    await ask(empty_central, row)
    async with engine_on(empty_central) as engine:
        with pytest.raises(ExpectedFailure) as failure:
            await seed_demo(
                engine,
                seed=1,
                clients=30,
                manager_clients=10,
                today=TODAY,
                progress=lambda *_: None,
            )
    assert failure.value.code == "DEMO_NOT_EMPTY"
    both = "SELECT (SELECT count(*) FROM staff) + (SELECT count(*) FROM client)"
    assert await ask(empty_central, both) == [(row.count("INSERT"),)]
