"""The set-based rating says, client by client and day by day, what the pure rules say."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from models.clients.tier import TIERS, Tier
from models.dates import months_later
from models.money import yuan_of_cents
from models.rules.tiers.assign import TierCase, TierGrant, assign
from models.rules.tiers.review import Review, review
from models.tables.nights import ASSET_DAY, COMMISSION_ENTRY, TIER_REVIEW
from models.tables.service import TIER_GRANT
from services.rules.loader import load_calendar, load_profile
from tests.support.night_firm import (
    NightFirm,
    changed,
    counts_of,
    open_night_firm,
    owner,
    pairs,
    state_of,
)

CLIENTS = 60
CALENDAR = load_calendar()
DAYS = tuple(d for d in CALENDAR.days if date(2022, 12, 1) <= d <= date(2023, 5, 4))
# Month ends, days around them and around a change of the settings.
NIGHTS = tuple(
    date.fromisoformat(day)
    for day in (
        "2023-01-03",
        "2023-01-31",
        "2023-02-01",
        "2023-02-14",
        "2023-02-15",
        "2023-02-28",
        "2023-03-01",
        "2023-03-31",
        "2023-04-03",
        "2023-04-28",
        "2023-05-04",
    )
)
LEVELS = (5_000_000, 20_000_000, 100_000_000, 500_000_000)  # cents, around the bounds


@dataclass(slots=True)
class Expected:
    """One client as the rules see him: assets by day, entries, and his tier by rule from a day."""

    assets: dict[date, int] = field(default_factory=dict)
    entries: list[tuple[date, date, int]] = field(default_factory=list)  # trade, booked, cents
    grant: TierGrant | None = None
    history: list[tuple[date, Tier]] = field(default_factory=lambda: [(date.min, Tier.ORDINARY)])
    failing: list[Review] = field(default_factory=list)

    def held(self) -> Tier:
        """The newest decision, also one that has not begun."""
        return self.history[-1][1]

    def on(self, day: date) -> Tier:
        """The tier of a day, a grant included."""
        rule = [tier for start, tier in self.history if start <= day][-1]
        if self.grant is None or not self.grant.runs_on(day):
            return rule
        return max(rule, self.grant.tier, key=TIERS.index)

    def rate(self, firm: NightFirm, day: date) -> None:
        """Judge the client by the pure rules."""
        settings = firm.settings(day).tier
        window = settings.assets_window_trading_days or 0
        days = [CALENDAR.moved(day, -back) for back in range(window)]
        cents = [self.assets[each] for each in days if each in self.assets]
        after = months_later(day, -(settings.commission_window_months or 0))
        commission = sum(c for on, booked, c in self.entries if after < on <= day and booked <= day)
        case = TierCase(
            commission=yuan_of_cents(commission),
            daily_assets=tuple(yuan_of_cents(each) for each in cents),
            current_tier=self.held(),
        )
        held, found = self.held(), assign(settings, CALENDAR, case, day)
        assert found.rule_tier is not None
        if found.change == "up":
            assert found.effective_from is not None
            self.history.append((found.effective_from, found.rule_tier))
        if CALENDAR.next_after(day).month != day.month:
            self.review(firm, day, held, found.rule_tier)

    def review(self, firm: NightFirm, day: date, held: Tier, result: Tier) -> None:
        """A month has ended: the whole failing run is told again to the pure rule."""
        self.failing.append(Review(day, result))
        outcome = review(firm.settings(day).tier, held, self.failing)
        last = outcome.steps[-1]
        if not last.fails:
            self.failing.clear()
        if last.effective_from is not None:
            self.history.append((last.effective_from, last.tier))


def draw(rng: Random) -> Expected:
    """Assets that rise and fall between the bounds, commission with later changes."""
    made, level = Expected(), rng.choice(LEVELS)
    for day in DAYS:
        if rng.randrange(25) == 0:
            level = rng.choice(LEVELS)
        if rng.randrange(30):
            made.assets[day] = level + rng.choice((0, 0, -1, 1, rng.randint(-9_999, 9_999)))
    for _ in range(rng.randrange(6)):
        on = DAYS[rng.randrange(len(DAYS))]
        cents = rng.choice((200_000, 199_999, 500_000, 1_000_000, 3_000_000))
        made.entries.append((on, on, cents))
        if rng.randrange(3) == 0:
            made.entries.append(
                (on, on + timedelta(days=rng.randrange(40)), -rng.randint(1, cents))
            )
    for _ in range(rng.randrange(2)):
        on = date(2022, 1, 1) + timedelta(days=rng.randrange(330))
        made.entries.append((on, on, rng.choice((200_000, 1_000_000))))
    if rng.randrange(4) == 0:
        start = DAYS[rng.randrange(20, 70)]
        tier = rng.choice((Tier.GOLD, Tier.PLATINUM))
        made.grant = TierGrant(tier, start, start + timedelta(days=rng.randrange(50)))
    return made


async def store(firm: NightFirm, clients: list[Expected]) -> None:
    await firm.add(
        ASSET_DAY,
        (
            owner(n) | {"day": day.isoformat(), "assets_cents": cents}
            for n, client in enumerate(clients)
            for day, cents in client.assets.items()
        ),
    )
    await firm.add(
        COMMISSION_ENTRY,
        (
            owner(n)
            | {
                "entry_id": f"T{n}-{at}",
                "kind": "commission" if cents > 0 else "correction",
                "trade_date": on.isoformat(),
                "booked_on": booked.isoformat(),
                "amount_cents": cents,
                "evidence": True,
            }
            for n, client in enumerate(clients)
            for at, (on, booked, cents) in enumerate(client.entries)
        ),
    )
    await firm.add(
        TIER_GRANT,
        (
            owner(n)
            | {
                "grant_id": f"G{n}",
                "tier": client.grant.tier.value,
                "starts_on": client.grant.from_.isoformat(),
                "ends_on": client.grant.to.isoformat(),
            }
            for n, client in enumerate(clients)
            if client.grant
        ),
    )


async def tiers_on(firm: NightFirm, day: date) -> dict[object, object]:
    """The tier that the history gives for a day."""
    found = await firm.ask(
        "SELECT DISTINCT ON (client_id) client_id, tier FROM client_tier WHERE starts_on <= $1"
        " ORDER BY client_id, starts_on DESC",
        day.isoformat(),
    )
    return pairs(found)


async def test_every_night_says_what_the_rules_say(empty_central: str) -> None:
    rng = Random(20_230_201)
    clients = [draw(rng) for _ in range(CLIENTS)]
    async with open_night_firm(empty_central, CLIENTS) as firm:
        await store(firm, clients)
        dearer = changed(
            load_profile(None).document, "tier", {"silver": {"assets": "150000"}}
        )  # commission no longer makes silver
        await firm.set(date(2023, 2, 15), dearer)
        changes = 0
        for day in NIGHTS:
            for client in clients:
                client.rate(firm, day)
            report = await firm.night(day, "figures", "rating", "tiers")
            changes += counts_of(report, "tiers")["changed"]
            expected = {
                owner(n)["client_id"]: client.on(day + timedelta(days=1)).value
                for n, client in enumerate(clients)
            }
            assert await tiers_on(firm, day + timedelta(days=1)) == expected
            assert pairs(await firm.ask("SELECT client_id, tier FROM client")) == expected
        lowered = await firm.ask("SELECT count(*) FROM tier_review WHERE lowered_to <> ''")
        warned = await firm.ask("SELECT count(*) FROM tier_review WHERE fails > 0")
        assert changes > CLIENTS
        assert lowered > [(5,)] and warned > [(5,)]
        tasks = await firm.ask("SELECT count(*) FROM task WHERE kind = 'tier_review'")
        assert tasks == [(lowered[0][0] + warned[0][0],)]  # type: ignore[operator]


async def test_a_past_night_run_again_changes_nothing(empty_central: str) -> None:
    rng = Random(7)
    clients = [draw(rng) for _ in range(20)]
    async with open_night_firm(empty_central, 20) as firm:
        await store(firm, clients)
        for day in NIGHTS:
            await firm.night(day, "figures", "rating", "tiers")
        tables = ("client", "client_tier", "tier_rating", "tier_review", "task", "timeline")
        before = [await firm.ask(f"SELECT * FROM {table} ORDER BY 1, 2, 3") for table in tables]
        for day in (NIGHTS[1], NIGHTS[5], NIGHTS[-1]):
            report = await firm.night(day, "figures", "rating", "tiers", again=True)
            assert set(counts_of(report, "rating").values()) == {0}
            assert set(counts_of(report, "tiers").values()) == {0}
            assert counts_of(report, "figures") == {"carried": 0}
        after = [await firm.ask(f"SELECT * FROM {table} ORDER BY 1, 2, 3") for table in tables]
        assert before == after


async def test_the_figures_are_the_mean_and_the_net_sum(empty_central: str) -> None:
    async with open_night_firm(empty_central, 1) as firm:
        days = [CALENDAR.moved(date(2023, 2, 1), -back) for back in range(25)]
        await firm.add(
            ASSET_DAY,
            (
                owner(0) | {"day": day.isoformat(), "assets_cents": 100 + 3 * at}
                for at, day in enumerate(days)
            ),
        )
        entries = (
            ("2022-02-01", 7_000),
            ("2022-02-02", 500),
            ("2023-02-01", 30),
            ("2023-02-02", 9),
        )
        await firm.add(
            COMMISSION_ENTRY,
            (
                owner(0)
                | {"entry_id": on, "trade_date": on, "booked_on": on, "amount_cents": cents}
                for on, cents in entries
            ),
        )
        await firm.night(date(2023, 2, 1), "figures", "rating")
        [figures] = await firm.ask("SELECT average_assets_cents, year_commission_cents FROM client")
        assert figures == (129, 530)  # 128.5 half-up; the year begins after 1 February 2022


async def test_without_thresholds_nobody_is_rated(empty_central: str) -> None:
    async with open_night_firm(empty_central, 1) as firm:
        bare = changed(load_profile(None).document, "tier", {"gold": {}})
        await firm.set(date(2023, 1, 1), bare)
        report = await firm.night(date(2023, 2, 1), "figures", "rating")
        assert state_of(report, "figures") == ("skipped", "THRESHOLDS_NOT_CONFIGURED")
        assert state_of(report, "rating") == ("skipped", "NO_FIGURES")


async def test_no_rating_where_nothing_is_traded(empty_central: str) -> None:
    async with open_night_firm(empty_central, 1) as firm:
        report = await firm.night(date(2023, 2, 4), "rating")
        assert state_of(report, "rating") == ("skipped", "NO_TRADING_DAY")


async def test_a_client_without_assets_yet_keeps_his_tier(empty_central: str) -> None:
    async with open_night_firm(empty_central, 1) as firm:
        await firm.add(
            TIER_REVIEW,
            [owner(0) | {"day": "2022-12-30", "tier": "ordinary", "result": "ordinary"}],
        )
        await firm.night(date(2023, 2, 1), "figures", "rating", "tiers")
        assert await firm.ask("SELECT tier, average_assets_cents FROM client") == [("ordinary", 0)]


def test_the_bounds_of_the_test_are_those_of_the_settings() -> None:
    settings = load_profile(None).on(date(2023, 2, 1)).tier
    bounds = [settings.bounds(tier).assets for tier in TIERS[1:]]
    assert [Decimal(level) / 100 for level in LEVELS[1:]] == bounds
