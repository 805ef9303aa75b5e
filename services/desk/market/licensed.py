"""Books as far as the one who looks on may see them: level 2, or five levels with the reason."""

from typing import Protocol

import msgspec

from models.dates import moment_text
from models.market.access import QuoteAccess
from models.market.details import (
    DetailWatch,
    FullDepth,
    MarketRanking,
    OrderFlow,
    PriceQueue,
    QueuePlace,
    Seal,
)
from models.market.picture import Depth, Level
from models.market.trading_state import TradingState
from models.rules.access.quotes import client_level2, staff_level2
from models.rules.basis.profile import Settings
from models.rules.decision import Decision
from models.rules.market.session import Moment
from models.rules.ticket.facts import TicketRules
from models.rules.ticket.trading_state import trading_state
from models.wire.commands import Command, RecordDisplay
from services.clock.clock import Clock
from services.desk.market.watch import MarketWatch
from services.desk.storage.queries.entries import ClientEntry

ORDINARY_LEVELS = 5
_REASONS = {
    "NOT_ENTITLED": ("客户未订产品 C:显示五档", "为他开通产品 C 后显示十档、千档与队列"),
    "STAFF_NOT_LICENSED": ("员工未获二级行情许可:显示五档", "请公司向交易所报备员工展示许可"),
    "STAFF_LICENCE_NOT_CONFIGURED": (
        "员工二级行情许可未配置:显示五档",
        "请在公司设置 quotes.staff_level2 中写明",
    ),
    "CLIENT_UNKNOWN": ("客户资料尚未载入:显示五档", "载入后按他的产品显示"),
}


class Clients(Protocol):
    """Where the products of a client are known."""

    def entry(self, client_id: str) -> ClientEntry | None:
        """One client of the manager."""
        ...


class Rules(Protocol):
    """Rules and settings of the present day."""

    @property
    def rules(self) -> TicketRules:
        """As tickets are checked by."""
        ...


class Outbox(Protocol):
    """The way to central's audit trail."""

    async def add(self, command: Command, key: str) -> str:
        """Store the command for central; return its id."""
        ...


class LicensedBooks:
    """The only way from the books to a screen; "" as client = the person alone (staff).

    What may not be seen is neither watched nor given out. Each display of level 2 is recorded at
    central once a day, client and run of the desk.
    """

    def __init__(
        self, *, market: MarketWatch, clients: Clients, rules: Rules, clock: Clock, outbox: Outbox
    ) -> None:
        self._market = market
        self._clients = clients
        self._rules = rules
        self._clock = clock
        self._outbox = outbox
        self._recorded: set[tuple[str, str]] = set()

    def access(self, client_id: str) -> QuoteAccess:
        """Whether level 2 may be shown now, by what right, or why not and what to do."""
        decision = self._decision(client_id)
        if decision.ok:
            return QuoteAccess(True, via=str(decision.numbers["via"]))
        reason, way_out = _REASONS[decision.reason]
        return QuoteAccess(False, reason=reason, way_out=way_out)

    def look(self, owner: str, symbol: str, client_id: str, wanted: DetailWatch) -> None:
        """``owner`` (a page) now shows this book and, where it may, more of it; "" ends it."""
        self._market.show_depth(owner, frozenset({symbol} if symbol else ()))
        may_see = bool(symbol) and self.access(client_id).is_level2
        self._market.show_details(owner, wanted if may_see else DetailWatch())

    def depth(self, symbol: str, client_id: str) -> Depth | None:
        """The newest book of a shown security: ten levels, or five without what level 2 adds."""
        depth = self._market.depth(symbol)
        if depth is None or self.access(client_id).is_level2:
            return depth
        return ordinary(depth)

    def full(self, symbol: str, client_id: str) -> FullDepth | None:
        """All levels of a shown book."""
        return self._market.details.full(symbol) if self._sees(client_id) else None

    def queue(self, place: QueuePlace, client_id: str) -> PriceQueue | None:
        """The queue at a shown price."""
        return self._market.details.queue(place) if self._sees(client_id) else None

    def flow(self, symbol: str, client_id: str) -> OrderFlow | None:
        """Big-order statistics of a shown security."""
        return self._market.details.flow(symbol) if self._sees(client_id) else None

    def seal(self, symbol: str, client_id: str) -> Seal | None:
        """The seal of a shown security; None = not sealed."""
        return self._market.details.seal(symbol) if self._sees(client_id) else None

    def ranking(self, client_id: str) -> MarketRanking | None:
        """Seals and withdrawals of the market, while shown."""
        return self._market.details.ranking() if self._sees(client_id) else None

    def big_order_bounds(self) -> tuple[int, ...]:
        """Turnover from which the engine counts orders as 特大, 大, 中; () where it counts none."""
        return self._market.big_order_bounds

    def trading_state(self, symbol: str) -> TradingState | None:
        """What may be done with a security now; None for one that the day does not have."""
        item, quote = self._market.instrument(symbol), self._market.quote(symbol)
        if item is None:
            return None
        rules = self._rules.rules
        moment = Moment(item.exchange, self._clock.now(), item.board, item.kind)
        told = quote.phase if quote is not None else None
        return trading_state(rules.market, rules.calendar, moment, told)

    async def record_display(self, client_id: str) -> None:
        """Have central's audit trail keep that level 2 is shown, once a day and client."""
        access, day = self.access(client_id), self._day
        if not access.is_level2 or (day, client_id) in self._recorded:
            return
        self._recorded.add((day, client_id))
        at = moment_text(self._clock.now())
        await self._outbox.add(RecordDisplay(client_id, access.via, at), client_id)

    def _sees(self, client_id: str) -> bool:
        return self.access(client_id).is_level2

    def _decision(self, client_id: str) -> Decision:
        if not client_id:
            return staff_level2(self._settings)
        entry = self._clients.entry(client_id)
        if entry is None:
            return Decision("CLIENT_UNKNOWN", {"via": None}, "S29")
        return client_level2(self._settings, entry.tier, entry.products_on(self._day))

    @property
    def _settings(self) -> Settings:
        return self._rules.rules.settings

    @property
    def _day(self) -> str:
        return self._clock.now().date().isoformat()


def ordinary(depth: Depth) -> Depth:
    """Return what ordinary quotes show of a book: five levels; no orders, queues, totals, ticks."""
    return msgspec.structs.replace(
        depth,
        bids=_ordinary_levels(depth.bids),
        asks=_ordinary_levels(depth.asks),
        bid_queue=(),
        ask_queue=(),
        bid_total=0,
        ask_total=0,
        bid_average_units=0,
        ask_average_units=0,
        ticks=(),
        bid_orders=0,
        ask_orders=0,
        own=(),
    )


def _ordinary_levels(levels: tuple[Level, ...]) -> tuple[Level, ...]:
    return tuple(Level(one.price_units, one.quantity, 0) for one in levels[:ORDINARY_LEVELS])
