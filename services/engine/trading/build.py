"""Puts the order path together on an opened journal."""

from models.rules.ticket.facts import TicketRules
from models.rules.ticket.tariff import Tariff
from services.clock.clock import Clock
from services.engine.gateways.gateway import Gateway
from services.engine.trading.books.books import Books
from services.engine.trading.intake import Intake
from services.engine.trading.journal.day import OpenedDay
from services.engine.trading.pretrade import MarketReference, Pretrade
from services.engine.trading.reports import Reports
from services.engine.trading.resolver import Resolver, ResolverPace
from services.engine.trading.scribe import Scribe
from services.engine.trading.stream import EventStream
from services.engine.trading.trader import Trader, TraderParts


def build_trader(
    opened: OpenedDay,
    gateway: Gateway,
    market: MarketReference,
    rules: TicketRules,
    clock: Clock,
    pace: ResolverPace = ResolverPace(),
) -> Trader:
    """Return the order path with everything that its journal remembers."""
    tariff = Tariff(rules.market, rules.settings, opened.trade_date)
    books = Books(tariff)
    for record in opened.records:
        books.apply(record)
    scribe = Scribe(opened.journal, books, clock)
    pretrade = Pretrade(rules, tariff, books, market, clock)
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
