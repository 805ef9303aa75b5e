"""The last look before an order leaves: the ticket's rules on the engine's own facts."""

from typing import Protocol

from models.market.picture import Quote
from models.rules.ticket.check import first_refusal, judge_ticket
from models.rules.ticket.facts import TicketAccount, TicketFacts
from models.trading.ticket import CheckLine, Ticket
from models.wire.exchange import FeedInstrument
from models.wire.ledger import PlaceOrder
from services.clock.clock import Clock
from services.engine.trading.books.books import Books

_NO_SETTINGS = CheckLine(
    "FIRM_SETTINGS_NOT_CONFIGURED",
    False,
    "交易引擎今日尚未收到公司设置(费率、单笔上限等),不能委托;工作站与总部同步后会自动送达,届时请重新提交",
    "T17",
)


class MarketReference(Protocol):
    """What the checks need to know of the market."""

    def security(self, symbol: str) -> FeedInstrument | None:
        """The security of today, None = not announced by the exchange."""
        ...

    def quote(self, symbol: str) -> Quote | None:
        """The newest quote."""
        ...

    def quote_fault(self, symbol: str) -> str:
        """Why the quote may not be believed, "" = it may."""
        ...


class Pretrade:
    """Judges one order request by the trade date's rules and the firm's settings of the moment."""

    def __init__(self, books: Books, market: MarketReference, clock: Clock) -> None:
        self._books = books
        self._market = market
        self._clock = clock

    def security(self, symbol: str) -> FeedInstrument | None:
        """The security as the exchange announced it."""
        return self._market.security(symbol)

    def refusal(self, request: PlaceOrder) -> CheckLine | None:
        """Return why the order may not be sent, None = it may."""
        ruling = self._books.rulings.now
        if ruling is None:
            return _NO_SETTINGS
        ticket = Ticket(
            request.client_id,
            request.account,
            request.symbol,
            request.side,
            request.quantity,
            request.price_units,
            request.instruction_id,
            request.second_person,
        )
        lines, _ = judge_ticket(ruling.rules, ruling.tariff, self._facts(request), ticket)
        return first_refusal(lines)

    def _facts(self, request: PlaceOrder) -> TicketFacts:
        symbol = request.symbol
        return TicketFacts(
            now=self._clock.now(),
            entered_by=request.entered_by,
            security=self._market.security(symbol),
            quote=self._market.quote(symbol),
            quote_fault=self._market.quote_fault(symbol),
            account=self._account(request.account, symbol),
            instruction=self._books.instructions.get(request.instruction_id),
            used=self._books.used_of(request.instruction_id),
        )

    def _account(self, name: str, symbol: str) -> TicketAccount | None:
        account = self._books.accounts.get(name)
        if account is None:
            return None
        return TicketAccount(
            account.account,
            account.client_id,
            account.rate_units,
            account.available_cents,
            account.sellable(symbol),
            account.bought_today(symbol),
        )
