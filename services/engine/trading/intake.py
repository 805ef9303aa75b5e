"""What desks ask for: settings, accounts, instructions, orders, cancels; answers are events."""

import zlib
from collections.abc import Iterable

from msgspec.structs import replace

from models.trading.instruction import Instruction
from models.trading.order import FINAL_STATES, Order, OrderState, Side
from models.wire.codec import encode
from models.wire.exchange import CancelRequest, NewOrder
from models.wire.ledger import (
    CancelOrder,
    GiveInstruction,
    GiveSettings,
    LedgerInput,
    OpenAccount,
    PlaceOrder,
    SettingsRefused,
)
from services.engine.gateways.gateway import Gateway, GatewayState
from services.engine.trading import keeper
from services.engine.trading.books.books import Books
from services.engine.trading.journal.records import Cause, OrderTerms
from services.engine.trading.pretrade import Pretrade
from services.engine.trading.scribe import Reply, Scribe

_S = OrderState
_SIDE_LETTERS = {Side.BUY: "B", Side.SELL: "S"}
_CANCELLABLE = frozenset({_S.SENT, _S.WORKING, _S.PARTLY_FILLED})


class Intake:
    """Decides on requests; ``exchange_day`` is the trade date the exchange told ("" = none yet)."""

    def __init__(self, scribe: Scribe, books: Books, pretrade: Pretrade, gateway: Gateway) -> None:
        self._scribe = scribe
        self._books = books
        self._pretrade = pretrade
        self._gateway = gateway
        self.exchange_day = ""

    def take(self, request: LedgerInput, reply: Reply) -> None:
        """Take one request; ``reply`` gets the earlier event where it was answered before."""
        match request:
            case PlaceOrder():
                self._place(request, reply)
            case CancelOrder():
                self._cancel(request, reply)
            case GiveInstruction():
                self._hold_instruction(request.instruction, reply)
            case OpenAccount():
                self._open_account(request, reply)
            case GiveSettings():
                self._take_settings(request, reply)

    def close_undecided(self) -> None:
        """After a restart: requests stored but never decided were never sent; refuse them."""
        for request in list(self._books.undecided.values()):
            self._refuse(self._order_of(request), "INTERRUPTED", "引擎在检查前中断,委托没有发出")

    def close_earlier_days(self, unfinished: Iterable[Order]) -> None:
        """Orders that an earlier day's journal left open ended with that day; tell so once."""
        for order in unfinished:
            if order.client_order_id in self._books.orders:
                continue
            over = keeper.cancelled(order, self._scribe.now())
            if over is not None:
                text = "委托当日有效,已随其交易日结束而失效"
                self._scribe.order(keeper.explained(over, "DAY_OVER", text), Cause.DAY_OVER)

    def _take_settings(self, given: GiveSettings, reply: Reply) -> None:
        """Whoever may give them, may change them; what cannot judge leaves the former in force."""
        name, rulings = given.fingerprint, self._books.rulings
        code, text = rulings.fault(given)
        if code:
            self._scribe.odd(code, text)
            self._refuse_settings(name, code, text, reply)
        elif name == rulings.name:
            self._repeat(name, reply)
        else:
            self._scribe.settings(given)

    def _refuse_settings(self, name: str, code: str, text: str, reply: Reply) -> None:
        told = self._books.last_event(name)
        if isinstance(told, SettingsRefused) and told.reason == code:
            self._repeat(name, reply)
            return
        self._scribe.settings_refused(name, code, text)

    def _open_account(self, opening: OpenAccount, reply: Reply) -> None:
        if opening.trade_date != self._books.trade_date.isoformat():
            self._scribe.odd("ACCOUNT_OF_OTHER_DAY", opening.trade_date)
            return
        if opening.account in self._books.accounts:
            self._repeat(opening.account, reply)
            return
        self._scribe.account(opening)

    def _hold_instruction(self, given: Instruction, reply: Reply) -> None:
        held = self._books.instructions.get(given.instruction_id)
        if held is None or (not held.withdrawn_at and _is_withdrawal_of(held, given)):
            self._scribe.instruction(given)
            return
        if given != held:
            self._scribe.odd("INSTRUCTION_CHANGED", given.instruction_id)
        self._repeat(given.instruction_id, reply)

    def _place(self, request: PlaceOrder, reply: Reply) -> None:
        known = self._books.orders.get(request.client_order_id)
        if known is not None and not _is_same(known, request):
            self._refuse_double(request, reply)
            return
        if known is not None:
            self._repeat(known.client_order_id, reply)
            return
        self._scribe.request(request)
        line = self._pretrade.refusal(request)
        if line is not None:
            self._refuse(self._order_of(request), line.code, line.text)
            return
        code, text = self._line_fault()
        if code:
            self._refuse(self._order_of(request), code, text)
            return
        self._accept(request)

    def _accept(self, request: PlaceOrder) -> None:
        account = self._books.accounts[request.account]
        security = self._pretrade.security(request.symbol)
        assert security is not None, "the checks refuse unknown securities"
        terms = OrderTerms(
            security.exchange,
            security.kind,
            account.rate_units,
            self._books.session,
            self._books.rulings.name,
        )
        self._scribe.order(self._order_of(request), Cause.REQUEST, terms=terms)
        self._scribe.outbox.append(
            NewOrder(
                request.client_order_id,
                request.account,
                request.symbol,
                _SIDE_LETTERS[request.side],
                request.price_units,
                request.quantity,
            )
        )

    def _line_fault(self) -> tuple[str, str]:
        if self._gateway.state is not GatewayState.LIVE:
            return "GATEWAY_DOWN", f"与交易所的委托通道未连接:{self._gateway.state_text}"
        day = self._books.trade_date.isoformat()
        if self.exchange_day != day:
            return "TRADE_DATE_DIFFERS", f"引擎交易日 {day},交易所交易日 {self.exchange_day}"
        return "", ""

    def _refuse_double(self, request: PlaceOrder, reply: Reply) -> None:
        """The refusal is a row of its own: the order that has the id must not be touched."""
        name = f"{request.client_order_id}~{zlib.crc32(encode(request)):08x}"
        if name in self._books.orders:
            self._repeat(name, reply)
            return
        renamed = replace(request, client_order_id=name)
        self._scribe.request(renamed)
        text = f"委托号 {request.client_order_id} 已用于另一笔内容不同的委托"
        self._refuse(self._order_of(renamed), "DUPLICATE", text)

    def _cancel(self, request: CancelOrder, reply: Reply) -> None:
        name = request.client_order_id
        self._scribe.request(request)
        order = self._books.orders.get(name)
        if order is None:
            self._scribe.cancel_refused(name, "UNKNOWN_ORDER", "引擎没有这笔委托")
            return
        if order.state in FINAL_STATES:
            self._scribe.cancel_refused(name, "ORDER_IS_OVER", "委托已终结,无可撤数量")
            return
        if self._gateway.state is not GatewayState.LIVE:
            text = f"撤单未发出:{self._gateway.state_text}"
            self._scribe.cancel_refused(name, "GATEWAY_DOWN", text)
            return
        self._scribe.outbox.append(CancelRequest(name))
        if order.state in _CANCELLABLE:
            cancelling = keeper.stepped(order, _S.CANCELLING, self._scribe.now())
            if cancelling is not None:
                self._scribe.order(cancelling, Cause.REQUEST)
                return
        self._repeat(name, reply)

    def _refuse(self, order: Order, reason: str, text: str) -> None:
        refused = replace(order, state=_S.REFUSED)
        self._scribe.order(keeper.explained(refused, reason, text), Cause.REQUEST)

    def _repeat(self, key: str, reply: Reply) -> None:
        event = self._books.last_event(key)
        if event is not None:
            self._scribe.answers.append((reply, event))

    def _order_of(self, request: PlaceOrder) -> Order:
        at = self._scribe.now()
        return Order(
            request.client_order_id,
            request.client_id,
            request.account,
            request.symbol,
            request.side,
            request.quantity,
            request.price_units,
            request.instruction_id,
            request.entered_by,
            at,
            _S.PENDING,
            updated_at=at,
        )


def _is_same(order: Order, request: PlaceOrder) -> bool:
    return (
        order.client_id,
        order.account,
        order.symbol,
        order.side,
        order.quantity,
        order.price_units,
        order.instruction_id,
    ) == (
        request.client_id,
        request.account,
        request.symbol,
        request.side,
        request.quantity,
        request.price_units,
        request.instruction_id,
    )


def _is_withdrawal_of(held: Instruction, given: Instruction) -> bool:
    return bool(given.withdrawn_at) and replace(given, withdrawn_at="") == held
