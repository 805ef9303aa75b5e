"""Puts the order path together on an opened journal."""

from collections.abc import Callable

from models.errors import ExpectedFailure
from models.rules.basis.profile import Settings
from services.clock.clock import Clock
from services.engine.gateways.gateway import Gateway
from services.engine.trading.books.books import Books
from services.engine.trading.books.rulings import Rulebook, Rulings
from services.engine.trading.intake import Intake
from services.engine.trading.journal.day import OpenedDay
from services.engine.trading.journal.records import PRICED_BY_BUILT_IN, JournalOpened
from services.engine.trading.pretrade import MarketReference, Pretrade
from services.engine.trading.reports import Reports
from services.engine.trading.resolver import Resolver, ResolverPace
from services.engine.trading.scribe import Scribe
from services.engine.trading.stream import EventStream
from services.engine.trading.trader import Trader, TraderParts
from services.rules.loader import load_calendar, load_market_rules, load_profile
from services.rules.reading import BadInput


def build_trader(
    opened: OpenedDay,
    gateway: Gateway,
    market: MarketReference,
    clock: Clock,
    *,
    told: Callable[[Settings], None],
    pace: ResolverPace = ResolverPace(),
) -> Trader:
    """Return the order path with everything that its journal remembers.

    ``told`` hears of the firm's settings whenever others begin to judge. Raises ExpectedFailure
    JOURNAL_SETTINGS_UNREADABLE.
    """
    books = _remembered(opened, told)
    scribe = Scribe(opened.journal, books, clock)
    pretrade = Pretrade(books, market, clock)
    stream = EventStream(books.ledger, books.trade_date.isoformat())
    stream.publish(books.events)
    return Trader(
        TraderParts(
            books=books,
            journal=opened.journal,
            scribe=scribe,
            intake=Intake(scribe, books, pretrade, gateway),
            reports=Reports(scribe, books, gateway.resume),
            resolver=Resolver(scribe, books, gateway.resume, pace),
            gateway=gateway,
            stream=stream,
            unfinished=opened.unfinished,
        )
    )


def _remembered(opened: OpenedDay, told: Callable[[Settings], None]) -> Books:
    """Nothing judges by the built-in profile: it only prices what an older engine took by it."""
    day, head = opened.trade_date, opened.records[0]
    rulings = Rulings(Rulebook(load_market_rules(), load_calendar(), day), told)
    if isinstance(head, JournalOpened) and head.version == PRICED_BY_BUILT_IN:
        rulings.price_unnamed(load_profile(None).on(day))
    books = Books(rulings)
    try:
        for record in opened.records:
            books.apply(record)
    except BadInput as fault:
        raise ExpectedFailure(
            "交易日志里的公司设置读不出来",
            f"{fault}。日志可能由更新的版本写成,请用同一版本的程序打开",
            "JOURNAL_SETTINGS_UNREADABLE",
        ) from fault
    return books
