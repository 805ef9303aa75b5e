"""Puts the order path together on an opened journal."""

from models.rules.ticket.facts import TicketRules
from models.rules.ticket.tariff import Tariff
from services.clock.clock import Clock
from services.gateways.gateway import Gateway
from services.trading.books.books import Books
from services.trading.intake import Intake
from services.trading.journal.day import OpenedDay
from services.trading.pretrade import MarketReference, Pretrade
from services.trading.reports import Reports
from services.trading.resolver import Resolver, ResolverPace
from services.trading.scribe import Scribe
from services.trading.stream import EventStream
from services.trading.trader import Trader, TraderParts


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
