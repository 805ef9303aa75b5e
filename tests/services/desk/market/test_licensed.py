"""Level 2 follows the client's product or the firm's licence; what is closed never comes out."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime

import pytest

from models.clients.tier import RiskClass, Tier
from models.dates import beijing
from models.market.details import Details, DetailWatch, FullDepth, OrderFlow, PriceQueue, QueuePlace
from models.market.instrument import Phase
from models.market.picture import Level, Tick
from models.rules.basis.settings.trading import QuoteSettings
from models.rules.ticket.facts import TicketRules
from models.wire.commands import Command, RecordDisplay
from models.wire.view import ViewFrame, ViewWelcome, Watch
from services.desk.market.licensed import LicensedBooks
from services.desk.market.watch import MarketWatch
from services.desk.storage.queries.entries import ClientEntry, Subscription
from services.rules.loader import load_calendar, load_market_rules, load_profile
from tests.services.desk.market.test_watch import HEALTH, FakeBoard, depth
from tests.support.trading import PING_AN, security

DAY = date(2023, 2, 1)
PLACE = QueuePlace(PING_AN, True, 150_000)
WANTED = DetailWatch(full=(PING_AN,), queues=(PLACE,), flows=(PING_AN,), has_ranking=True)
LEVELS = tuple(Level(150_000 - 100 * place, 1_000, 7) for place in range(10))
OLD, FUTURE = "2020-01-01", "2030-01-01"


def subscription(product: str, **changed: str) -> Subscription:
    return replace(Subscription(product, "active", OLD, "", "cash"), **changed)


def entry(*subscriptions: Subscription) -> ClientEntry:
    return ClientEntry(
        client_id="C1",
        name="王喆",
        pinyin="wangzhe",
        initials="wz",
        mobile="",
        tier=Tier.PLATINUM,
        risk_class=RiskClass.C4,
        average_assets_cents=0,
        year_commission_cents=0,
        last_contact_at="",
        accounts=("1",),
        cash_cents=0,
        holdings=(),
        subscriptions=subscriptions,
        open_orders=0,
    )


@dataclass
class Firm:
    """Clients, settings and outbox of a test, and a watch that has been told everything."""

    entries: dict[str, ClientEntry] = field(default_factory=dict)
    quotes: QuoteSettings = QuoteSettings(staff_level2=True)
    commands: list[tuple[Command, str]] = field(default_factory=list)
    watches: list[Watch] = field(default_factory=list)
    seconds: int = 36_000

    def __post_init__(self) -> None:
        self.market = MarketWatch(FakeBoard())
        self.market.send_watches_to(self.watches.append)
        self.market.day_came(ViewWelcome("2023-02-01", 1.0, (security(),)))
        self.books = LicensedBooks(
            market=self.market, clients=self, rules=self, clock=self, outbox=self
        )

    def entry(self, client_id: str) -> ClientEntry | None:
        return self.entries.get(client_id)

    @property
    def rules(self) -> TicketRules:
        settings = replace(load_profile(None).on(DAY), quotes=self.quotes)
        return TicketRules(load_market_rules(), load_calendar(), settings)

    def now(self) -> datetime:
        return beijing(DAY, self.seconds * 1_000)

    async def add(self, command: Command, key: str) -> str:
        self.commands.append((command, key))
        return "1"

    def tell_all(self) -> None:
        full = FullDepth(PING_AN, LEVELS, LEVELS, 1)
        queue = PriceQueue(PLACE, 1, 100, (100,))
        details = Details((full,), (queue,), (OrderFlow(PING_AN),))
        shown = depth(PING_AN)
        rich = type(shown)(
            **{
                **{name: getattr(shown, name) for name in shown.__struct_fields__},
                "bids": LEVELS,
                "asks": LEVELS,
                "bid_queue": (100, 200),
                "bid_total": 99_000,
                "bid_orders": 70,
                "ticks": (Tick(1, 1, 150_000, 100, "B"),),
            }
        )
        self.market.frame_came(ViewFrame(1, 1, (), (rich,), (), HEALTH, details=details))


def gives_everything(firm: Firm, client_id: str) -> bool:
    firm.books.look("page", PING_AN, client_id, WANTED)
    firm.tell_all()
    books = firm.books
    found = (books.full(PING_AN, client_id), books.queue(PLACE, client_id))
    return None not in (*found, books.flow(PING_AN, client_id))


@pytest.mark.parametrize(
    ("subscriptions", "is_open"),
    [
        ((subscription("C"),), True),
        ((subscription("D"), subscription("C")), True),
        ((), False),
        ((subscription("B"),), False),
        ((subscription("SMS2"),), False),
        ((subscription("C", state="ended"),), False),
        ((subscription("C", starts_on=FUTURE),), False),
        ((subscription("C", ends_on=OLD),), False),
    ],
)
def test_a_client_sees_level_2_by_product_c_only(
    subscriptions: tuple[Subscription, ...], is_open: bool
) -> None:
    firm = Firm({"C1": entry(*subscriptions)})
    access = firm.books.access("C1")
    assert access.is_level2 is is_open
    assert access.via == ("product" if is_open else "")
    assert bool(access.reason) is bool(access.way_out) is not is_open
    assert gives_everything(firm, "C1") is is_open


@pytest.mark.parametrize(
    ("quotes", "reason"),
    [
        (QuoteSettings(staff_level2=True), ""),
        (QuoteSettings(staff_level2=False), "员工未获二级行情许可"),
        (QuoteSettings(), "员工二级行情许可未配置"),
    ],
)
def test_staff_alone_sees_what_the_firm_is_licensed_for(quotes: QuoteSettings, reason: str) -> None:
    firm = Firm(quotes=quotes)
    access = firm.books.access("")
    assert access.reason.startswith(reason) and bool(access.reason) is bool(reason)
    assert gives_everything(firm, "") is access.is_level2


def test_a_client_not_loaded_yet_sees_five_levels() -> None:
    assert not Firm().books.access("C9").is_level2


def test_five_levels_hold_nothing_that_level_2_adds() -> None:
    firm = Firm({"C1": entry()})
    firm.books.look("page", PING_AN, "C1", WANTED)
    firm.tell_all()
    shown = firm.books.depth(PING_AN, "C1")
    assert shown is not None
    assert [len(shown.bids), len(shown.asks)] == [5, 5]
    assert not any(level.order_count for level in (*shown.bids, *shown.asks))
    assert (shown.bid_queue, shown.ask_queue, shown.ticks) == ((), (), ())
    totals = (shown.bid_total, shown.ask_total, shown.bid_orders, shown.ask_orders)
    averages = (shown.bid_average_units, shown.ask_average_units)
    assert not any((*totals, *averages))
    assert firm.books.ranking("C1") is None


def test_what_may_not_be_seen_is_not_even_asked_for() -> None:
    firm = Firm({"C1": entry(), "C2": entry(subscription("C"))})
    firm.books.look("page", PING_AN, "C1", WANTED)
    assert (firm.watches[-1].depths, firm.watches[-1].details) == ((PING_AN,), DetailWatch())
    firm.books.look("page", PING_AN, "C2", WANTED)
    assert firm.watches[-1].details == WANTED
    firm.books.look("page", "", "C2", WANTED)
    assert firm.watches[-1] == Watch((), ())


async def test_each_display_is_recorded_once_a_day_and_client() -> None:
    firm = Firm({"C1": entry(subscription("C")), "C2": entry()})
    for client_id in ("C1", "", "C1", "C2", ""):
        await firm.books.record_display(client_id)
    at = firm.now().isoformat(timespec="milliseconds")
    assert firm.commands == [
        (RecordDisplay("C1", "product", at), "C1"),
        (RecordDisplay("", "staff", at), ""),
    ]


def test_bounds_of_big_orders_are_those_that_the_engine_counts_by() -> None:
    firm = Firm()
    assert firm.books.big_order_bounds() == ()
    firm.market.day_came(ViewWelcome("2023-02-01", 1.0, (security(),), (300, 200, 100)))
    assert firm.books.big_order_bounds() == (300, 200, 100)


def test_the_state_of_trading_follows_the_clock() -> None:
    firm = Firm()
    state = firm.books.trading_state(PING_AN)
    assert state is not None
    assert (state.phase, state.takes_orders, state.takes_cancels) == (Phase.CONTINUOUS, True, True)
    assert firm.books.trading_state("999999.SH") is None
