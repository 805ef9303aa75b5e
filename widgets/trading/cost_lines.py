"""What the order costs and what there is to pay it with."""

from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from models.trading.order import Side
from models.trading.ticket import TicketCheck
from widgets.basic.labels import caption, number, set_tone
from widgets.paint.numbers import NOTHING, money_text, quantity_text


class CostLines(QWidget):
    """Amount, commission, fees and total beside cash and sellable shares."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnStretch(3, 1)
        self._titles: dict[str, QLabel] = {}
        self._figures: dict[str, QLabel] = {}
        names = ("amount", "cash", "commission", "sellable", "fees", "total")
        for place, name in enumerate(names):
            self._add(name, *divmod(place, 2))
        self.show_check(None, Side.BUY)

    def show_check(self, check: TicketCheck | None, side: Side) -> None:
        """Show the cost of a checked ticket; None = nothing to reckon yet."""
        texts = self._texts(check)
        for name, text in texts.items():
            self._figures[name].setText(text)
        for name, title in self._words(side).items():
            self._titles[name].setText(title)
        short = check is not None and side is Side.BUY
        lacking = short and check is not None and check.total_cents > check.available_cash_cents
        set_tone(self._figures["cash"], "warn" if lacking else "")

    def _add(self, name: str, line: int, half: int) -> None:
        self._titles[name] = caption()
        self._figures[name] = number(NOTHING)
        self._figures[name].setProperty("textStyle", "strong" if name == "total" else "figure")
        self._grid.addWidget(self._titles[name], line, 2 * half)
        self._grid.addWidget(self._figures[name], line, 2 * half + 1)

    def _words(self, side: Side) -> dict[str, str]:
        total = self.tr("合计支出") if side is Side.BUY else self.tr("到账约")
        return {
            "amount": self.tr("金额"),
            "commission": self.tr("佣金"),
            "fees": self.tr("税费"),
            "total": total,
            "cash": self.tr("可用"),
            "sellable": self.tr("可卖"),
        }

    @staticmethod
    def _texts(check: TicketCheck | None) -> dict[str, str]:
        if check is None:
            names = ("amount", "commission", "fees", "total", "cash", "sellable")
            return dict.fromkeys(names, NOTHING)
        return {
            "amount": money_text(check.amount_cents),
            "commission": money_text(check.commission_cents),
            "fees": money_text(check.fees_cents),
            "total": money_text(check.total_cents),
            "cash": money_text(check.available_cash_cents),
            "sellable": quantity_text(check.sellable),
        }
