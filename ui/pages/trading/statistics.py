"""盘中统计: all seals of the market and the largest withdrawals; a row opens its security."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from models.market.details import CancelRank, MarketRanking, Seal
from models.money import PRICE_UNITS_PER_YUAN
from ui.pages.parts.securities import code_of, decimals_of, name_of
from ui.ports import MarketWatch
from widgets.basic.chips import Chip, ChipRow
from widgets.basic.columns import Column
from widgets.basic.rows import TableRows
from widgets.basic.table import DataTable
from widgets.paint.look import Look
from widgets.paint.numbers import NOTHING, compact_text, minute_text, price_text
from widgets.paint.quantities import Quantities

ROOM_FOR_BOTH = 900
SEALS, CANCELS = "seals", "cancels"


class StatisticsTab(QWidget):
    """Two tables: side by side where there is room, else one at a time by chip."""

    security_opened = Signal(str)

    def __init__(self, look: Look, market: MarketWatch) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._ranking: MarketRanking | None = None
        self.seals: DataTable[Seal] = DataTable(
            look, TableRows(seal_columns(market), lambda seal: seal.symbol)
        )
        self.cancels: DataTable[CancelRank] = DataTable(
            look, TableRows(cancel_columns(market), lambda rank: rank.symbol)
        )
        self.chips = ChipRow((Chip(SEALS, self.tr("涨跌停封单"), 0), Chip(CANCELS, "撤单排行", 0)))
        self.chips.chosen.connect(lambda _key: self._arrange())
        self._lay_out()
        for table in (self.seals, self.cancels):
            table.activated_record.connect(self._open)
            table.clicked.connect(lambda _index, table=table: self._open(table.current_record()))
        self.show_nothing(self.tr("等待全市场统计…"))

    def show_ranking(self, ranking: MarketRanking) -> None:
        """Show newer figures."""
        if ranking == self._ranking:
            return
        self._ranking = ranking
        self.seals.rows.show(ranking.seals)
        self.cancels.rows.show(ranking.cancels)
        self.seals.set_empty_text(self.tr("目前没有证券封在涨跌停"))
        self.cancels.set_empty_text(self.tr("今日尚无撤单"))
        self.chips.show_count(SEALS, len(ranking.seals))
        self.chips.show_count(CANCELS, len(ranking.cancels))

    def show_nothing(self, text: str) -> None:
        """Empty both tables and say why."""
        self._ranking = None
        for table in (self.seals, self.cancels):
            table.set_empty_text(text)
        self.seals.rows.show(())
        self.cancels.rows.show(())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Show both tables where they fit."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        has_room = self.width() >= ROOM_FOR_BOTH
        self.seals.setVisible(has_room or self.chips.current() == SEALS)
        self.cancels.setVisible(has_room or self.chips.current() == CANCELS)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.seals, 1)
        row.addWidget(self.cancels, 1)
        head = QHBoxLayout()
        head.setContentsMargins(10, 4, 10, 2)
        head.addWidget(self.chips)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(row, 1)

    def _open(self, record: Seal | CancelRank | None) -> None:
        if record is not None:
            self.security_opened.emit(record.symbol)


def seal_columns(market: MarketWatch) -> list[Column[Seal]]:
    """Columns of the seals."""

    def price(seal: Seal) -> str:
        return price_text(seal.price_units, decimals_of(market.instrument(seal.symbol)))

    def side(seal: Seal) -> str:
        return "rise" if seal.is_up else "fall"

    return [
        Column("代码", lambda seal: code_of(seal.symbol), "600519", tone=lambda _seal: "muted"),
        Column("名称", lambda seal: name_of(market, seal.symbol), "贵州茅台"),
        Column("封", lambda seal: "涨停" if seal.is_up else "跌停", "涨停", tone=side),
        _number("价格", price, lambda seal: seal.price_units, "1,845.65", side),
        _number("封单(手)", lambda seal: _lots(market, seal), _quantity, "1,234.5万"),
        _number("封单额", lambda seal: _money(seal.amount_units), _amount, "123.4万"),
        _number("笔数", lambda seal: f"{seal.order_count:,}", lambda s: s.order_count, "12,345"),
        _number("首触", _touched, lambda seal: seal.touched_minute, "09:30"),
    ]


def cancel_columns(market: MarketWatch) -> list[Column[CancelRank]]:
    """Columns of the withdrawals."""

    def lots(rank: CancelRank, quantity: int) -> str:
        return Quantities().of(market.instrument(rank.symbol)).text(quantity)

    return [
        Column("代码", lambda rank: code_of(rank.symbol), "600519", tone=lambda _rank: "muted"),
        Column("名称", lambda rank: name_of(market, rank.symbol), "贵州茅台"),
        _rank("撤单额", lambda r: _money(r.amount_units), lambda r: r.amount_units, "12.34亿"),
        _rank("撤买(手)", lambda r: lots(r, r.buy_quantity), lambda r: r.buy_quantity, "123.4万"),
        _rank("撤卖(手)", lambda r: lots(r, r.sell_quantity), lambda r: r.sell_quantity, "123.4万"),
        _rank("笔数", lambda r: f"{r.count:,}", lambda r: r.count, "123,456"),
    ]


def _number(
    title: str,
    text: Callable[[Seal], str],
    value: Callable[[Seal], int],
    widest: str,
    tone: Callable[[Seal], str] = lambda _seal: "",
) -> Column[Seal]:
    return Column(title, text, widest, value=value, tone=tone, is_number=True)


def _rank(
    title: str, text: Callable[[CancelRank], str], value: Callable[[CancelRank], int], widest: str
) -> Column[CancelRank]:
    return Column(title, text, widest, value=value, is_number=True)


def _lots(market: MarketWatch, seal: Seal) -> str:
    return Quantities().of(market.instrument(seal.symbol)).text(seal.quantity)


def _quantity(seal: Seal) -> int:
    return seal.quantity


def _amount(seal: Seal) -> int:
    return seal.amount_units


def _money(amount_units: int) -> str:
    return compact_text(amount_units, PRICE_UNITS_PER_YUAN)


def _touched(seal: Seal) -> str:
    return minute_text(seal.touched_minute) if seal.touched_minute else NOTHING
