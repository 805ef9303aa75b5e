"""What runs out, what may be sold, and the shown rate: as the pure rules say."""

from datetime import date, timedelta
from random import Random

from models.clients.tier import Tier
from models.dates import years_later
from models.lives.subscription import SubscriptionState, state_on
from models.rules.access.suitability import check_test
from models.rules.market.holding.sellable import Holding, bought, sellable_from
from models.rules.products.rate_spans import RateSpan, rate_span_on
from models.tables.firm import CLIENT, HOLDING, SUBSCRIPTION, TASK, TRADE_FILL, TRADE_ORDER
from models.tables.grounds import STAFF_CERTIFICATE
from models.tables.service import CLIENT_RATE, TIER_GRANT
from services.rules.loader import load_calendar, load_profile
from tests.support.night_firm import Row, counts_of, open_night_firm, owner, pairs, state_of

CLIENTS = 60
DAY = date(2023, 2, 1)
NEXT = DAY + timedelta(days=1)
CALENDAR = load_calendar()


def near(rng: Random, around: date = NEXT) -> date:
    """A day around one, often the very day or its neighbours."""
    return around + timedelta(days=rng.choice((-1, 0, 1, rng.randint(-40, 40))))


async def test_subscriptions_come_to_the_state_of_the_next_day(empty_central: str) -> None:
    rng, rows, expected = Random(1), [], {}
    for n in range(CLIENTS):
        for product in ("SMS1", "SMS2", "A"):
            state = rng.choice(("active", "bundled", "paused"))
            starts, ends = near(rng), rng.choice((None, near(rng)))
            name = f"{n}-{product}"
            told: Row = {"subscription_id": name, "product": product, "state": state}
            told |= {"starts_on": str(starts), "ends_on": str(ends or "")}
            rows.append(owner(n) | told)
            expected[name] = state_on(SubscriptionState(state), starts, ends, NEXT).value
    async with open_night_firm(empty_central, CLIENTS) as firm:
        await firm.add(SUBSCRIPTION, rows)
        report = await firm.night(DAY, "subscriptions")
        assert pairs(await firm.ask("SELECT subscription_id, state FROM subscription")) == expected
        moved = counts_of(report, "subscriptions")["moved"]
        assert moved > 20
        assert await firm.ask("SELECT count(*) FROM timeline") == [(moved,)]


async def test_the_shown_rate_is_that_of_the_next_day(empty_central: str) -> None:
    rng, rows, expected = Random(2), [], {}
    for n in range(CLIENTS):
        spans = {("", date(2015, 1, 1)): RateSpan("", date(2015, 1, 1), 3_000)}
        for product in rng.sample(("A", "B", "C"), rng.randrange(3)):
            starts = near(rng)
            last = starts + timedelta(days=rng.randrange(50))
            ends = rng.choice((None, max(starts, NEXT), last))
            spans[product, starts] = RateSpan(product, starts, rng.randint(10_000, 30_000), ends)
        if rng.randrange(3) == 0:
            spans["", NEXT] = RateSpan("", NEXT, 2_222)
        rows += [
            owner(n)
            | {
                "starts_on": span.starts_on.isoformat(),
                "product": span.product,
                "rate_units": span.rate_units,
                "ends_on": span.ends_on.isoformat() if span.ends_on else "",
            }
            for span in spans.values()
        ]
        ordered = sorted(
            spans.values(), key=lambda span: (span.starts_on, span.ends_on or date.max)
        )
        starts_once = len({span.starts_on for span in ordered if span.product})
        if starts_once == sum(1 for span in ordered if span.product):
            charged = rate_span_on(ordered, NEXT)
            assert charged is not None
            expected[owner(n)["client_id"]] = charged.rate_units
    async with open_night_firm(empty_central, CLIENTS) as firm:
        await firm.add(CLIENT_RATE, rows)
        await firm.night(DAY, "subscriptions")
        shown = pairs(await firm.ask("SELECT client_id, rate_units FROM client"))
        assert {client: shown[client] for client in expected} == expected


async def test_risk_tests_are_called_to_mind_by_the_ladder(empty_central: str) -> None:
    rng = Random(3)
    settings = load_profile(None).on(DAY).suitability
    tested = {
        n: years_later(NEXT, -2) + timedelta(days=rng.choice((0, 7, 30, 60, rng.randint(-20, 90))))
        for n in range(CLIENTS)
    }
    already = {n: rng.choice((None, 60, 30, 7)) for n in tested}
    async with open_night_firm(empty_central, 0) as firm:
        await firm.add(
            CLIENT,
            (owner(n) | {"risk_tested_on": day.isoformat()} for n, day in tested.items()),
        )
        about = {n: f"risk-test-C{n:04d}-{day.isoformat()}" for n, day in tested.items()}
        await firm.add(
            TASK,
            (
                owner(n)
                | {"task_id": f"{about[n]}-{step}", "kind": "risk_test_expiry"}
                | {"state": "done", "about": about[n]}
                for n, step in already.items()
                if step
            ),
        )
        expected = set()
        for n, day in tested.items():
            step = already[n]
            found = check_test(settings, day, (step,) if step else (), NEXT)
            if found.remind is not None:
                expected.add(f"{about[n]}-{found.remind}")
        for _ in range(2):
            await firm.night(DAY, "ladders", again=True)
        opened = await firm.ask("SELECT task_id FROM task WHERE state = 'open'")
        assert {task for (task,) in opened} == expected
        assert len(expected) > 10


async def test_subscriptions_grants_and_certificates_have_their_ladders(empty_central: str) -> None:
    ends = (NEXT + timedelta(days=30)).isoformat()
    async with open_night_firm(empty_central, 2) as firm:
        running: Row = {"product": "SMS1", "state": "active", "starts_on": "2022-01-01"}
        await firm.add(
            SUBSCRIPTION, [owner(0) | running | {"subscription_id": "S", "ends_on": ends}]
        )
        grant: Row = {"grant_id": "G", "tier": Tier.GOLD.value, "starts_on": "2022-03-01"}
        await firm.add(TIER_GRANT, [owner(1) | grant | {"ends_on": NEXT.isoformat()}])
        certificate: Row = {"certificate": "suitability", "title": "适当性管理", "valid_to": ends}
        await firm.add(
            STAFF_CERTIFICATE,
            [{"branch_id": "B001", "staff_id": "M001", "manager_id": "M001"} | certificate],
        )
        await firm.night(DAY, "ladders", "certificates")
        found = await firm.ask("SELECT task_id, manager_id, client_id, title FROM task ORDER BY 1")
        assert found == [
            (f"certificate-M001-suitability-{ends}-30", "M001", None)
            + (f"适当性管理证书还有 30 天到期({ends})",),
            ("grant-G-0", "M002", "C0001", f"授予等级 gold还有 0 天到期({NEXT})"),
            (f"subscription-S-{ends}-30", "M001", "C0000", f"SMS1还有 30 天到期({ends})"),
        ]


async def test_who_has_paid_on_is_not_reminded_of_the_days_before(empty_central: str) -> None:
    ends, later = ((NEXT + timedelta(days=at)).isoformat() for at in (30, 120))
    first: Row = {"product": "SMS1", "state": "active", "starts_on": "2022-01-01", "ends_on": ends}
    more: Row = {"state": "active", "starts_on": ends, "ends_on": later}
    waits: Row = {"state": "paused", "starts_on": "", "ends_on": ""}
    async with open_night_firm(empty_central, 4) as firm:
        for n, second in enumerate(({}, more, waits, more | {"product": "SMS2"})):
            rows = [owner(n) | first | {"subscription_id": f"S{n}"}]
            if second:
                rows.append(owner(n) | first | second | {"subscription_id": f"N{n}"})
            await firm.add(SUBSCRIPTION, rows)
        await firm.night(DAY, "ladders")
        found = await firm.ask("SELECT about FROM task ORDER BY 1")
        assert found == [(f"subscription-S{n}-{ends}",) for n in (0, 3)]


async def test_what_was_bought_may_be_sold_from_the_next_trading_day(empty_central: str) -> None:
    rng = Random(5)
    friday, sunday = date(2023, 2, 3), date(2023, 2, 5)
    buys = {
        n: (rng.choice((friday, date(2023, 2, 2), date(2023, 2, 6))), 100 * n) for n in range(9)
    }
    async with open_night_firm(empty_central, 9) as firm:
        for n, (on, quantity) in buys.items():
            place: Row = {"account": f"A{n:04d}", "symbol": "600519.SH"}
            held = {"quantity": 1_000 + quantity, "sellable": 1_000}
            await firm.add(HOLDING, [owner(n) | place | held])
            order: Row = {"client_order_id": f"O{n}", "side": "buy"}
            await firm.add(TRADE_ORDER, [owner(n) | place | order])
            fill: Row = {"fill_id": f"F{n}", "symbol": "600519.SH", "quantity": quantity}
            at = f"{on.isoformat()}T10:00:00.000+08:00"
            await firm.add(TRADE_FILL, [owner(n) | order | fill | {"filled_at": at}])
        for night in (friday, sunday):
            await firm.night(night, "release")
            day = night + timedelta(days=1)
            expected = {}
            for n, (on, quantity) in buys.items():
                opens = sellable_from(CALENDAR, on, same_day=False)
                holding = bought(Holding(1_000), quantity, opens)
                expected[f"A{n:04d}"] = holding.sellable(day)
            assert pairs(await firm.ask("SELECT account, sellable FROM holding")) == expected


async def test_the_present_is_left_alone_by_a_past_night(empty_central: str) -> None:
    async with open_night_firm(empty_central, 1) as firm:
        await firm.night(date(2023, 2, 2))
        report = await firm.night(DAY)
        for step in ("release", "assets", "subscriptions"):
            assert state_of(report, step) == ("skipped", "LATER_NIGHT_DONE")
