"""The head of a security: name, last price, change, and the day's figures in columns."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from models.market.details import Seal
from models.market.instrument import Instrument
from models.market.picture import Quote
from models.money import PRICE_UNITS_PER_YUAN
from widgets.paint.fonts import TextStyle
from widgets.paint.look import Look
from widgets.paint.marks import RIGHT, draw_text, text_width
from widgets.paint.numbers import (
    change_bp,
    change_mark,
    compact_text,
    grouped,
    percent_text,
    price_change_text,
    price_text,
)
from widgets.paint.quantities import Quantities

PAD = 12
COLUMN = 112
WIDEST_COLUMN = 168


class QuoteHeader(QWidget):
    """One security's quote."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # nothing beneath is drawn
        self._instrument: Instrument | None = None
        self._quote: Quote | None = None
        self._decimals = 2
        self._seal: Seal | None = None
        self.setFixedHeight(56)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.update)

    def show_quote(self, instrument: Instrument | None, quote: Quote | None) -> None:
        """Show a security and its newest quote (None: no quote yet)."""
        if (instrument, quote) != (self._instrument, self._quote):
            self._instrument, self._quote = instrument, quote
            self.update()

    def show_seal(self, seal: Seal | None) -> None:
        """Show what holds the security at its limit; None = nothing does."""
        if seal != self._seal:
            self._seal = seal
            self.update()

    def set_decimals(self, decimals: int) -> None:
        """Show prices with 2 or 3 decimals."""
        self._decimals = decimals
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Wide and two lines high."""
        return QSize(640, 56)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw name, price and as many columns of figures as fit."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.tokens.ground_1)
        if self._instrument is not None:
            right = self._draw_name(painter, self._instrument)
            if self._quote is not None:
                self._draw_figures(painter, self._draw_price(painter, self._quote, right))
        painter.end()

    def _draw_name(self, painter: QPainter, instrument: Instrument) -> int:
        tokens = self._look.tokens
        width = max(text_width(instrument.name, TextStyle.NAME), 64)
        name = QRect(PAD, 7, width, 22)
        draw_text(painter, name, instrument.name, TextStyle.NAME, tokens.text_1)
        code = QRect(PAD, 29, width, 20)
        draw_text(painter, code, instrument.symbol, TextStyle.BODY, tokens.text_2)
        return PAD + width + 20

    def _draw_price(self, painter: QPainter, quote: Quote, left: int) -> int:
        change = quote.last_units - quote.previous_close_units if quote.last_units else 0
        colour = self._look.tokens.change(change)
        price = price_text(quote.last_units, self._decimals)
        percent = percent_text(change_bp(quote.last_units, quote.previous_close_units))
        text = f"{change_mark(change)} {price_change_text(change, self._decimals)}  {percent}"
        width = max(text_width(price, TextStyle.LAST), text_width(text, TextStyle.STRONG), 130)
        draw_text(painter, QRect(left, 4, width, 28), price, TextStyle.LAST, colour)
        draw_text(painter, QRect(left, 31, width, 18), text, TextStyle.STRONG, colour)
        return left + width + 24

    def _draw_figures(self, painter: QPainter, left: int) -> None:
        tokens = self._look.tokens
        figures = self._figures()
        room = self.width() - PAD - left
        columns = max(0, min(room // COLUMN, len(figures) // 2))
        width = min(WIDEST_COLUMN, room // max(1, columns))
        for number, (title, text, colour) in enumerate(figures[: 2 * columns]):
            column, line = divmod(number, 2)
            box = QRect(left + column * width, 8 + line * 21, width - 24, 20)
            draw_text(painter, box, title, TextStyle.CAPTION, tokens.text_3)
            draw_text(painter, box, text, TextStyle.STRONG, colour, RIGHT)

    def _figures(self) -> tuple[tuple[str, str, QColor], ...]:
        quote, tokens = self._quote, self._look.tokens
        if quote is None:
            return ()
        close = quote.previous_close_units

        def price(title: str, units: int) -> tuple[str, str, QColor]:
            colour = tokens.change(units - close if units else 0)
            return title, price_text(units, self._decimals), colour

        average = quote.turnover_units // quote.volume if quote.volume else 0
        swing = change_bp(close + quote.high_units - quote.low_units, close)
        turnover = compact_text(quote.turnover_units, PRICE_UNITS_PER_YUAN)
        lot = Quantities().of(self._instrument).lot
        return (
            *self._seal_figures(),
            price(self.tr("今开"), quote.open_units),
            price(self.tr("昨收"), close),
            price(self.tr("最高"), quote.high_units),
            price(self.tr("最低"), quote.low_units),
            (self.tr("成交量"), compact_text(quote.volume // lot) + "手", tokens.text_1),
            (self.tr("成交额"), turnover, tokens.text_1),
            price(self.tr("涨停"), quote.limit_up_units),
            price(self.tr("跌停"), quote.limit_down_units),
            price(self.tr("均价"), average),
            (self.tr("振幅"), grouped(swing, 100, 2) + "%", tokens.text_1),
        )

    def _seal_figures(self) -> tuple[tuple[str, str, QColor], ...]:
        """The seal leads the figures while there is one."""
        seal, tokens = self._seal, self._look.tokens
        if seal is None:
            return ()
        form = Quantities().of(self._instrument)
        colour = tokens.rise if seal.is_up else tokens.fall
        title = self.tr("涨停封单") if seal.is_up else self.tr("跌停封单")
        amount = compact_text(seal.amount_units, PRICE_UNITS_PER_YUAN)
        return (title, form.text(seal.quantity) + form.word, colour), ("封单额", amount, colour)
