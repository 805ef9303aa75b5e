"""Alerts at central: client by client what the pure rule makes of a day's events."""

from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from random import Random

from models.rules.alerts.events import (
    AlertEvent,
    BallotEvent,
    CallNoticeEvent,
    IssueEvent,
    MoveEvent,
    PlainEvent,
    ResearchEvent,
    RightsEvent,
    RiskEvent,
)
from models.rules.alerts.generate import AlertClient, AlertDesk, AlertHolding, generate
from models.rules.alerts.scan import Position, scan
from models.rules.basis.settings.words import Sms
from models.tables.firm import HOLDING, SECURITY_EVENT, SUBSCRIPTION
from models.tables.nights import CORPORATE_ACTION, IPO_BALLOT, IPO_EVENT, SECURITY_CLOSE
from services.rules.loader import load_calendar, load_profile
from tests.support.night_firm import (
    NightFirm,
    Row,
    changed,
    counts_of,
    open_night_firm,
    owner,
    pairs,
)
from tests.support.postgres import engine_on

CLIENTS = 50
DAY = date(2023, 2, 1)
SYMBOLS = tuple(f"60000{at}.SH" for at in range(8))
NEW = "301501.SZ"


def draw_events(rng: Random) -> list[AlertEvent]:
    """A day's events in the order of the night: moves, actions, news, issues."""
    moves: list[AlertEvent] = [
        MoveEvent(
            kind="move",
            id=f"move:{symbol}:{DAY}",
            security=symbol,
            prev_close=Decimal(10),
            last=Decimal(10) + Decimal(rng.choice((-70, -50, -49, 49, 50, 80))) / 100,
        )
        for symbol in SYMBOLS
    ]
    actions: list[AlertEvent] = [
        RightsEvent(
            kind="rights", id="A1", security=SYMBOLS[0], per_10=Decimal("2.5"), price=Decimal(6)
        ),
        PlainEvent(kind="follow_on", id="A2", security=SYMBOLS[1]),
        CallNoticeEvent(
            kind="call_notice", id="A3", security=SYMBOLS[2], last_trading_day=date(2023, 3, 1)
        ),
        PlainEvent(kind="warrant_listing", id="A4", security=SYMBOLS[3]),
        PlainEvent(kind="warrant_expiry", id="A5", security=SYMBOLS[4]),
    ]
    news: list[AlertEvent] = []
    for at in range(12):
        kind, symbol = rng.choice(("research", "rating", "risk")), rng.choice(SYMBOLS)
        common = {"id": f"E{at:02d}", "security": symbol, "at": time(8, at)}
        if kind == "risk":
            news.append(RiskEvent(kind="risk", mandatory=at % 2 == 0, **common))  # type: ignore[arg-type]
        else:
            news.append(ResearchEvent(kind=kind, **common))  # type: ignore[arg-type]
    issues: list[AlertEvent] = [
        IssueEvent(kind=kind, id=kind, security=NEW)
        for kind in ("ipo_issue", "ipo_listing", "ipo_price_range", "ipo_strategy")
    ]
    return [*moves, *actions, *news, *issues]


async def store_events(firm: NightFirm, events: list[AlertEvent]) -> None:
    """Lay the events where the night finds them."""
    for event in events:
        symbol: Row = {"symbol": event.security}
        if isinstance(event, MoveEvent):
            units = {"close_units": int(event.last * 10_000), "previous_close_units": 100_000}
            row = {"branch_id": "*", "day": DAY.isoformat(), "status": "normal"} | units
            await firm.add(SECURITY_CLOSE, [symbol | row])
        elif isinstance(event, RightsEvent | PlainEvent | CallNoticeEvent):
            row = {"branch_id": "*", "action_id": event.id, "kind": event.kind, "title": "公告"}
            more: Row = {"announced_on": DAY.isoformat(), "last_day": "2023-03-01"}
            if isinstance(event, RightsEvent):
                more |= {"per_ten_milli": int(event.per_10 * 1_000), "price_units": 60_000}
            await firm.add(CORPORATE_ACTION, [symbol | row | more])
        elif isinstance(event, ResearchEvent | RiskEvent):
            assert event.at is not None
            at = datetime.combine(DAY, event.at).isoformat(timespec="milliseconds") + "+08:00"
            row = {"branch_id": "*", "event_id": event.id, "manager_id": "*", "kind": event.kind}
            more = {"happened_at": at, "mandatory": getattr(event, "mandatory", False)}
            await firm.add(SECURITY_EVENT, [symbol | row | more])
        elif isinstance(event, IssueEvent):
            row = {"branch_id": "*", "event_id": event.id, "kind": event.kind, "title": "新股"}
            await firm.add(IPO_EVENT, [symbol | row | {"day": DAY.isoformat()}])


def draw_client(rng: Random, n: int) -> tuple[AlertClient, list[Row], list[Row]]:
    """A client, his holdings as rows, his subscriptions as rows."""
    held = {symbol: 100 * rng.randrange(0, 9) for symbol in rng.sample(SYMBOLS, rng.randrange(5))}
    holdings = [
        owner(n) | {"account": f"A{n:04d}", "symbol": symbol, "quantity": quantity}
        for symbol, quantity in held.items()
    ]
    products = rng.choice(((), ("SMS2",), ("SMS3",), ("SMS2", "SMS3"), ("A",), ("SMS1",)))
    states = ("active", "bundled", "paused")
    rows: list[Row] = []
    running: list[Sms] = []
    for product in products:
        state = rng.choices(states, (6, 3, 1))[0]
        ends = rng.choice(("", DAY.isoformat(), "2023-01-31", "2023-12-31"))
        told: Row = {"subscription_id": f"{n}-{product}", "product": product, "state": state}
        rows.append(owner(n) | told | {"starts_on": "2022-01-01", "ends_on": ends})
        if state in ("active", "bundled") and ends != "2023-01-31":
            running += [Sms(product)] if product.startswith("SMS") else list(Sms)
    client = AlertClient(
        tuple(AlertHolding(symbol, quantity) for symbol, quantity in held.items()), tuple(running)
    )
    return client, holdings, rows


async def test_every_client_gets_what_the_rule_says(empty_central: str) -> None:
    rng = Random(11)
    events = draw_events(rng)
    settings = load_profile(None).on(DAY).alerts
    desk = AlertDesk(settings, load_calendar(), time(15))
    expected: set[tuple[object, ...]] = set()
    async with open_night_firm(empty_central, CLIENTS) as firm:
        await store_events(firm, events)
        for n in range(CLIENTS):
            client, holdings, subscribed = draw_client(rng, n)
            await firm.add(HOLDING, holdings)
            await firm.add(SUBSCRIPTION, subscribed)
            won = rng.choice((0, 500))
            drawn: Row = {"symbol": NEW, "drawn_on": DAY.isoformat(), "won_shares": won}
            await firm.add(IPO_BALLOT, [owner(n) | drawn])
            ballot = BallotEvent(
                kind="ipo_ballot", id=f"ballot:{NEW}:{DAY}", security=NEW, won_shares=won
            )
            told = generate(desk, client, [*events, ballot])
            expected |= {
                (owner(n)["client_id"], message.event, message.product or "")
                for message in told.messages
            }
        await firm.night(DAY, "alerts")
        query = "SELECT client_id, event_id, product FROM client_alert"
        assert set(await firm.ask(query)) == expected
        kinds = {kind for (kind,) in await firm.ask("SELECT DISTINCT kind FROM client_alert")}
        assert len(kinds) == 9 + 5  # of SMS2 and of SMS3
        report = await firm.night(DAY, "alerts", again=True)
        assert set(counts_of(report, "alerts").values()) == {0}
        late = replace(events[13], id="E99")
        await store_events(firm, [late])
        await firm.night(date(2023, 2, 2), "alerts")
        assert set(await firm.ask(query)) == expected  # one a security, kind and day


async def test_the_numbers_stand_in_the_reason(empty_central: str) -> None:
    async with open_night_firm(empty_central, 1) as firm:
        rng = Random(1)
        await store_events(firm, draw_events(rng)[8:9])
        await firm.add(
            HOLDING, [owner(0) | {"account": "A0000", "symbol": SYMBOLS[0], "quantity": 1_234}]
        )
        told: Row = {"subscription_id": "S", "product": "B", "state": "active"}
        await firm.add(SUBSCRIPTION, [owner(0) | told | {"starts_on": "2022-01-01"}])
        await firm.night(DAY, "alerts")
        assert await firm.ask("SELECT reason, held FROM client_alert") == [
            (
                "配股:每十股配 2.5 股,配股价 6 元,缴款截止 2023-03-01,持有 1,234 股,"
                "约可配 308 股,约需 1,848.00 元",
                1_234,
            )
        ]


async def test_a_call_is_called_to_mind_before_its_last_day(empty_central: str) -> None:
    days = load_profile(None).on(DAY).alerts.call_notice_days_before or ()
    last = date(2023, 2, 10)
    async with open_night_firm(empty_central, 1) as firm:
        row: Row = {"branch_id": "*", "action_id": "A", "symbol": SYMBOLS[0], "title": "赎回"}
        more: Row = {"kind": "call_notice", "last_day": last.isoformat()}
        await firm.add(CORPORATE_ACTION, [row | more | {"announced_on": "2023-01-20"}])
        await firm.add(
            HOLDING, [owner(0) | {"account": "A0000", "symbol": SYMBOLS[0], "quantity": 10}]
        )
        told: Row = {"subscription_id": "S", "product": "SMS2", "state": "active"}
        await firm.add(SUBSCRIPTION, [owner(0) | told | {"starts_on": "2022-01-01"}])
        for day in range(1, 11):
            await firm.night(date(2023, 2, day), "alerts")
        found = await firm.ask("SELECT day FROM client_alert ORDER BY 1")
        calendar = load_calendar()
        assert [day for (day,) in found] == sorted(
            calendar.moved(last, -before).isoformat() for before in days
        )


async def test_without_a_level_no_move_is_told(empty_central: str) -> None:
    async with open_night_firm(empty_central, 1) as firm:
        await firm.set(DAY, changed(load_profile(None).document, "alerts", {"move_percent": None}))
        await store_events(firm, draw_events(Random(2))[:8])
        await firm.add(
            HOLDING,
            (
                owner(0) | {"account": "A0000", "symbol": symbol, "quantity": 100}
                for symbol in SYMBOLS
            ),
        )
        told: Row = {"subscription_id": "S", "product": "SMS2", "state": "active"}
        await firm.add(SUBSCRIPTION, [owner(0) | told | {"starts_on": "2022-01-01"}])
        report = await firm.night(DAY, "alerts")
        assert counts_of(report, "alerts") == {"of_holdings": 0, "of_ipos": 0}


async def test_the_scan_finds_what_the_rule_finds(empty_central: str) -> None:
    rng = Random(4)
    statuses = ("normal", "normal", "st", "suspended", "delisting")
    closes = {symbol: (rng.randint(1, 50) * 1_000, rng.choice(statuses)) for symbol in SYMBOLS}
    settings = load_profile(None).on(DAY).scan
    expected: set[tuple[object, ...]] = set()
    async with open_night_firm(empty_central, CLIENTS) as firm:
        await firm.add(
            SECURITY_CLOSE,
            (
                {"branch_id": "*", "symbol": symbol, "day": "2023-01-31"}
                | {"close_units": units, "status": status}
                for symbol, (units, status) in closes.items()
            ),
        )
        for n in range(CLIENTS):
            client, holdings, subscribed = draw_client(rng, n)
            await firm.add(HOLDING, holdings)
            await firm.add(SUBSCRIPTION, subscribed)
            positions = [
                Position(
                    one.security,
                    Decimal((closes[one.security][0] * one.qty + 50) // 100) / 100,
                    st=closes[one.security][1] in ("st", "delisting"),
                    suspended=closes[one.security][1] == "suspended",
                )
                for one in client.holdings
                if one.qty
            ]
            if Sms.SMS2 in client.subscriptions:
                expected |= {
                    (owner(n)["client_id"], found.security, found.code)
                    for found in scan(settings, positions)
                }
        await firm.night(DAY, "scan")
        query = "SELECT client_id, symbol, split_part(event_id, ':', 2) FROM client_alert"
        assert set(await firm.ask(query)) == expected
        assert len(expected) > 10
        await firm.night(date(2023, 2, 2), "scan")  # once a month
        assert set(await firm.ask(query)) == expected


async def test_the_demo_firm_gets_some_of_each_kind(demo_central: str) -> None:
    async with engine_on(demo_central) as engine:
        firm = NightFirm(demo_central, engine)
        await firm.night(DAY)
        found = pairs(await firm.ask("SELECT kind, count(*) FROM client_alert GROUP BY 1"))
        assert {"move", "research", "risk", "scan", "ipo_issue", "ipo_listing"} <= set(found)
        assert {"ipo_price_range", "ipo_strategy", "ipo_ballot", "rights"} <= set(found)
        assert await firm.ask("SELECT * FROM points_unequal") == []
