"""A year of settlement files and nights: what managers are assessed by, as the rule says."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from models.dates import BEIJING
from models.money import yuan_of_cents
from models.rules.assessment.increment import (
    AssessedClient,
    AssessedPeriod,
    CommissionTrade,
    ManagerSpan,
    increment,
)
from models.tables.nights import CLIENT_MANAGER, COMMISSION_ENTRY
from services.worker.loads.load import load_file
from tests.services.worker.nights.test_points import booked
from tests.support.night_firm import NightFirm, counts_of, open_night_firm, owner, pairs

CLIENTS = 24
HEAD = "entry_id,account,kind,about,trade_date,turnover,commission,evidence,churn"
STEPS = ("baseline", "increment", "credit")
MOVED, MOVED_ON = 0, date(2023, 6, 15)
HERE, THERE = ("B001", "M001"), ("B002", "M101")
Figures = tuple[dict[str, int], dict[str, int]]  # by client, by manager


@dataclass(slots=True)
class Trade:
    """A trade as settlement told it last; ``n`` = whose."""

    n: int
    name: str
    day: date
    cents: int
    evidence: bool
    churn: bool
    reversed_on: date | None = None
    lines: list[str] = field(default_factory=list)

    def fact(self) -> CommissionTrade:
        return CommissionTrade(
            id=self.name,
            date=self.day,
            amount=yuan_of_cents(self.cents),
            reversed_on=self.reversed_on,
            evidence=self.evidence,
            churn=self.churn,
        )


def some_trades(rng: Random, first: date, days: int, count: int) -> Iterator[Trade]:
    """Trades of all clients; an order filled on two days is two of them."""
    for at in range(count):
        day, n = first + timedelta(days=rng.randrange(days)), rng.randrange(CLIENTS)
        for part in range(rng.choice((1, 1, 2))):
            name = f"{first.year}-{at}-{part}"
            evidence, churn = rng.randrange(6) > 0, rng.randrange(8) == 0
            cents = rng.randint(500, 90_000)
            yield Trade(n, name, day + timedelta(days=part), cents, evidence, churn)


def told(trade: Trade) -> str:
    """The line of a new trade."""
    amount, flags = yuan_of_cents(trade.cents), f"{int(trade.evidence)},{int(trade.churn)}"
    head = f"{trade.name},A{trade.n:04d},commission,,{trade.day}"
    return f"{head},100.00,{amount:.2f},{flags}"


def changed(rng: Random, trade: Trade, on: date) -> str:
    """The line that corrects or reverses it on a day."""
    place = f"{trade.name}x,A{trade.n:04d}"
    if rng.randrange(2):
        trade.reversed_on = on
        return f"{place},reversal,{trade.name},{on},0,,,"
    trade.cents += rng.randint(1, 5_000)
    amount = yuan_of_cents(trade.cents)
    return f"{place},correction,{trade.name},{on},0,{amount:.2f},,"


async def load(firm: NightFirm, on: date, lines: list[str]) -> None:
    content = "\n".join((HEAD, *lines)).encode()
    at = datetime(on.year, on.month, on.day, 10, tzinfo=BEIJING)
    report = await load_file(firm.engine, at, "settlement", f"{on}.csv", content)
    assert (report.added, report.reasons) == (len(lines), {})


def month_ends(year: int) -> list[date]:
    return [date(year, month, monthrange(year, month)[1]) for month in range(1, 13)]


async def expected(firm: NightFirm, trades: list[Trade], to: date) -> Figures:
    """What the rule gives for the year up to ``to``, by the baseline that was frozen."""
    baseline = pairs(
        await firm.ask(
            "SELECT client_id, amount_cents FROM commission_baseline WHERE year = $1", str(to.year)
        )
    )
    clients = [
        AssessedClient(
            id=str(owner(n)["client_id"]),
            baseline_year=yuan_of_cents(int(str(baseline[owner(n)["client_id"]]))),
            managers=managers_of(n),
            trades=tuple(trade.fact() for trade in trades if trade.n == n),
        )
        for n in range(CLIENTS)
    ]
    told = increment(AssessedPeriod(date(to.year, 1, 1), to), clients)
    by_client = {client: int(amount * 100) for client, amount in told.by_client.items()}
    return by_client, {name: int(amount * 100) for name, amount in told.by_manager.items()}


def managers_of(n: int) -> tuple[ManagerSpan, ...]:
    first = ManagerSpan(date(2015, 1, 1), str(owner(n)["manager_id"]))
    return (first, ManagerSpan(MOVED_ON, "M002")) if n == MOVED else (first,)


async def stored(firm: NightFirm, to: date) -> Figures:
    """What nights told of the year up to ``to``."""
    increments = "SELECT client_id, increment_cents FROM commission_increment WHERE period_to = $1"
    by_staff = "SELECT manager_id, credited_cents FROM commission_credit WHERE period_to = $1"
    told = [await firm.ask(query, to.isoformat()) for query in (increments, by_staff)]
    by_client, by_manager = ({str(name): int(str(cents)) for name, cents in rows} for rows in told)
    return by_client, by_manager


async def hand_over(firm: NightFirm) -> None:
    """As of its day; his trades of the days before may be loaded later."""
    for table in ("client", "account"):
        moved = f"UPDATE {table} SET manager_id = 'M002' WHERE client_id = $1"
        await firm.ask(moved, owner(MOVED)["client_id"])
    since = {"client_branch": "B001", "manager_id": "M002", "from_on": MOVED_ON.isoformat()}
    await firm.add(CLIENT_MANAGER, [owner(MOVED) | since])


async def run_year(firm: NightFirm, trades: list[Trade], rng: Random) -> None:
    """Month by month: its trades, at times a change of an older one, the night of its last day."""
    for end in month_ends(2023):
        if end.month == MOVED_ON.month:
            await hand_over(firm)
        await load_month(firm, trades, end.replace(day=1), end)
        older = [one for one in trades if one.day.year == 2023 and one.day < end.replace(day=1)]
        open_ones = [one for one in older if not one.lines]
        if open_ones:
            await change(firm, rng, rng.choice(open_ones), end)
        await firm.night(end, *STEPS)


async def load_month(firm: NightFirm, trades: list[Trade], first: date, last: date) -> None:
    lines = [told(trade) for trade in trades if first <= trade.day <= last]
    if lines:
        await load(firm, last, lines)


async def change(firm: NightFirm, rng: Random, trade: Trade, on: date) -> None:
    trade.lines.append(changed(rng, trade, on))
    await load(firm, on, trade.lines)


async def test_every_period_says_what_the_rule_says_also_after_late_changes(
    empty_central: str,
) -> None:
    rng = Random(17)
    before = list(some_trades(rng, date(2022, 2, 1), 300, 80))
    trades = list(some_trades(rng, date(2023, 1, 1), 355, 160))
    async with open_night_firm(empty_central, CLIENTS) as firm:
        await load(firm, date(2022, 12, 30), [told(trade) for trade in before])
        await firm.night(date(2023, 1, 3), *STEPS)
        await run_year(firm, trades, rng)
        last = date(2023, 12, 31)
        assert await stored(firm, last) == await expected(firm, before + trades, last)

        await firm.night(date(2024, 1, 2), *STEPS)  # freezes the year that has ended
        frozen = await firm.ask("SELECT * FROM commission_baseline WHERE year = '2024'")
        for trade in [one for one in trades if not one.lines][:6]:
            await change(firm, rng, trade, date(2024, 1, 10))
        late = Trade(1, "late", date(2023, 12, 29), 33_300, True, False)
        await load(firm, date(2024, 1, 11), [told(late)])
        report = await firm.night(date(2024, 1, 31), *STEPS)
        assert counts_of(report, "increment")["restated"] > 0
        for end in month_ends(2023):
            assert await stored(firm, end) == await expected(firm, [*before, *trades, late], end)
        assert await firm.ask("SELECT * FROM commission_baseline WHERE year = '2024'") == frozen

        restated = "SELECT * FROM commission_increment ORDER BY client_id, period_to"
        now = await firm.ask(restated)
        for day in (last, date(2024, 1, 31)):  # an older night takes nothing back
            await firm.night(day, *STEPS, again=True)
            assert await firm.ask(restated) == now


async def test_a_restated_figure_says_when(empty_central: str) -> None:
    async with open_night_firm(empty_central, 1) as firm:
        trade = Trade(0, "T1", date(2023, 1, 30), 10_000, True, False)
        await load(firm, date(2023, 1, 30), [told(trade)])
        await firm.night(date(2023, 1, 31), *STEPS)
        await load(firm, date(2023, 2, 1), ["R1,A0000,reversal,T1,2023-02-01,0,,,"])
        await firm.night(date(2023, 2, 28), *STEPS)
        for table in ("commission_increment", "commission_credit"):
            figures = f"SELECT credited_cents, restated_on FROM {table} WHERE period_to = $1"
            assert await firm.ask(figures, "2023-01-31") == [(0, "2023-02-28")]


async def test_a_client_of_this_year_has_no_baseline_to_beat(empty_central: str) -> None:
    async with open_night_firm(empty_central, 1, ("2023-01-10",)) as firm:
        trade = Trade(0, "T1", date(2023, 1, 30), 10_000, True, False)
        await load(firm, date(2023, 1, 30), [told(trade)])
        await firm.night(date(2023, 1, 31), *STEPS)
        [row] = await firm.ask("SELECT baseline_cents, increment_cents FROM commission_increment")
        assert row == (0, 10_000)


GONE = """
DO $$ BEGIN
    SET CONSTRAINTS ALL DEFERRED;
    INSERT INTO client_hand_over (branch_id, approval_id, client_branch, client_id, manager_id,
        from_branch, from_manager) VALUES ('B002', 'A1', 'B002', 'C0000', 'M101', 'B001', 'M001');
    PERFORM move_clients('B001', 'B002', 'A1');
    SET CONSTRAINTS ALL IMMEDIATE;
END $$
"""


async def test_a_branch_is_credited_with_what_its_people_earned(empty_central: str) -> None:
    """Also with a client who has left it since, and with what is booked for it only then."""
    mine, theirs = ({"credited_branch": b, "credited_to": m} for b, m in (HERE, THERE))
    credit = "SELECT branch_id, manager_id, period_to, credited_cents FROM commission_credit"
    async with open_night_firm(empty_central, 2) as firm:
        await firm.ask("INSERT INTO staff VALUES ('B002', 'M101', '*', '', 'manager')")
        first = booked(0, "E1", date(2023, 1, 10), 1_000, booked_on="2023-01-10", **mine)
        await firm.add(COMMISSION_ENTRY, [first])
        await firm.night(date(2023, 1, 31), "credit")
        await firm.ask(GONE)
        moved = {"branch_id": "B002", "manager_id": "M101"}
        late = booked(0, "E2", date(2023, 1, 20), 500, booked_on="2023-02-03", **mine)
        fresh = booked(0, "E3", date(2023, 2, 10), 700, booked_on="2023-02-10", **theirs)
        await firm.add(COMMISSION_ENTRY, [late | moved, fresh | moved])
        await firm.night(date(2023, 2, 28), "credit")
        assert await firm.ask(f"{credit} ORDER BY 3, 1") == [
            (*HERE, "2023-01-31", 1_500),
            (*HERE, "2023-02-28", 1_500),
            (*THERE, "2023-02-28", 700),
        ]
