"""What the exchange reports, made into steps of our orders; each report counts once."""

from collections.abc import Callable

from models.dates import beijing
from models.trading.order import FINAL_STATES, Fill, Order, OrderState
from models.wire.exchange import (
    ExchangeAccepted,
    ExchangeCancelled,
    ExchangeFill,
    ExchangeRejected,
)
from services.engine.trading import keeper
from services.engine.trading.books.books import Books
from services.engine.trading.journal.records import Cause
from services.engine.trading.scribe import Scribe

NumberedReport = ExchangeAccepted | ExchangeRejected | ExchangeFill | ExchangeCancelled
_S = OrderState
_NEVER_CAME = "ORDER_UNKNOWN"  # a cancel's answer: the exchange does not have the order
_AWAITED = frozenset({_S.SENT, _S.UNKNOWN})


class Reports:
    """Takes the numbered reports of the present session in order."""

    def __init__(self, scribe: Scribe, books: Books, resume: Callable[[], None]) -> None:
        self._scribe = scribe
        self._books = books
        self._resume = resume

    def take(self, session: str, report: NumberedReport) -> None:
        """Apply one report; doubles are dropped, a hole makes the gateway ask again."""
        if session != self._books.session or report.report <= self._books.report:
            self._scribe.odd("REPORT_REPEATED", f"{session} {report.report}")
            return
        if report.report > self._books.report + 1:
            self._scribe.odd("REPORT_GAP", f"{self._books.report + 1}…{report.report - 1}")
            self._resume()
            return
        order = self._books.orders.get(report.order_ref)
        if order is None:
            self._strange(report, "REPORT_OF_UNKNOWN_ORDER")
            return
        self._apply(order, report)

    def _apply(self, order: Order, report: NumberedReport) -> None:
        match report:
            case ExchangeAccepted():
                self._accepted(order, report)
            case ExchangeFill():
                self._filled(order, report)
            case ExchangeCancelled():
                self._cancelled(order, report)
            case ExchangeRejected():
                self._rejected(order, report)

    def _accepted(self, order: Order, report: ExchangeAccepted) -> None:
        self._scribe.numbered(order.client_order_id, report.exchange_order_id, report.time_ms)
        if order.state is _S.CANCELLING:
            after = keeper.stepped(order, _S.CANCELLING, self._scribe.now())
        elif order.state in _AWAITED:
            after = keeper.standing(order, self._scribe.now())
        else:
            self._scribe.report_seen(report.report, "late acceptance")
            return
        self._step(order, after, Cause.ACCEPTED, report)

    def _filled(self, order: Order, report: ExchangeFill) -> None:
        fill = Fill(
            f"{self._books.session}-{report.trade_id}",
            order.client_order_id,
            report.price_units,
            report.quantity,
            beijing(self._books.trade_date, report.time_ms).isoformat(timespec="milliseconds"),
        )
        if fill.fill_id in self._books.fills:
            self._strange(report, "FILL_REPEATED")
            return
        if order.state in FINAL_STATES:
            self._scribe.odd("LATE_FILL", f"{order.client_order_id} {order.state}")
        after = keeper.filled(order, report.price_units, report.quantity, self._scribe.now())
        self._step(order, after, Cause.FILLED, report, fill)

    def _cancelled(self, order: Order, report: ExchangeCancelled) -> None:
        if order.state in FINAL_STATES and order.cancelled == report.quantity:
            self._scribe.report_seen(report.report, "cancelled already")
            return
        if order.left != report.quantity:
            self._scribe.odd(
                "CANCEL_QUANTITY", f"{order.client_order_id} {order.left} {report.quantity}"
            )
        after = keeper.cancelled(order, self._scribe.now())
        self._step(order, after, Cause.CANCELLED, report)

    def _rejected(self, order: Order, report: ExchangeRejected) -> None:
        """The exchange refuses orders and cancels with the same report: tell them apart."""
        is_over = order.state in FINAL_STATES
        never_came = report.reason == _NEVER_CAME
        if is_over or never_came or order.client_order_id in self._books.accepted:
            self._cancel_rejected(order, report)
            return
        after = keeper.stepped(order, _S.REJECTED, self._scribe.now())
        told = after and keeper.explained(after, report.reason, report.text)
        self._step(order, told, Cause.REJECTED, report)

    def _cancel_rejected(self, order: Order, report: ExchangeRejected) -> None:
        name = order.client_order_id
        self._scribe.cancel_refused(name, report.reason, report.text, report.report)
        if order.state is not _S.CANCELLING or report.reason == _NEVER_CAME:
            return  # what never came there is for the resolver to prove
        after = keeper.standing(order, self._scribe.now())
        if after is not None:
            self._scribe.order(after, Cause.CANCEL_REJECTED)

    def _step(
        self,
        before: Order,
        after: Order | None,
        cause: Cause,
        report: NumberedReport,
        fill: Fill | None = None,
    ) -> None:
        if after is None:
            self._strange(report, f"ILLEGAL_STEP {before.state} {cause}")
            return
        self._scribe.order(after, cause, report=report.report, fill=fill)

    def _strange(self, report: NumberedReport, note: str) -> None:
        self._scribe.odd(note.split()[0], f"{report.order_ref} {report.report} {note}")
        self._scribe.report_seen(report.report, note)
