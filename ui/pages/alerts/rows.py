"""The list model of alerts, and the columns of the clients of one security."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from models.clients.alert import HoldingAlert, Severity
from models.clients.tier import TIERS
from widgets.basic.columns import Column
from widgets.clients.alert_row import ALERT_ROLE
from widgets.paint.numbers import compact_money
from widgets.paint.words import word

Index = QModelIndex | QPersistentModelIndex


class AlertRows(QAbstractListModel):
    """Alerts in the order of the presenter."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._alerts: list[HoldingAlert] = []

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802 - Qt's name
        """Number of alerts."""
        return 0 if parent.isValid() else len(self._alerts)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The alert itself, and a sentence for a screen reader."""
        if not index.isValid():
            return None
        alert = self._alerts[index.row()]
        if role == ALERT_ROLE:
            return alert
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{word(alert.severity)} {alert.client_name} {alert.security_name} {alert.title}"
        return None

    def show(self, alerts: Sequence[HoldingAlert]) -> None:
        """Show these alerts; the same ones in the same order keep their place."""
        fresh = list(alerts)
        same = [a.alert_id for a in fresh] == [a.alert_id for a in self._alerts]
        if not same:
            self.beginResetModel()
            self._alerts = fresh
            self.endResetModel()
            return
        for row, alert in enumerate(fresh):
            if alert != self._alerts[row]:
                self._alerts[row] = alert
                self.dataChanged.emit(self.index(row), self.index(row))

    def row_of(self, alert_id: str) -> int:
        """Return the row of an alert; -1 when it is not shown."""
        for row, alert in enumerate(self._alerts):
            if alert.alert_id == alert_id:
                return row
        return -1


def holder_columns() -> list[Column[HoldingAlert]]:
    """Columns of the clients who hold one security."""
    return [
        Column("等级", lambda a: word(a.tier), "白金卡", value=lambda a: -TIERS.index(a.tier)),
        Column("客户", lambda alert: alert.client_name, "欧阳建国"),
        Column(
            "市值",
            lambda alert: compact_money(alert.value_cents),
            "1,234.5万",
            value=lambda alert: alert.value_cents,
            is_number=True,
        ),
        Column(
            "级别",
            lambda alert: word(alert.severity),
            "严重",
            value=lambda alert: tuple(Severity).index(alert.severity),
            tone=lambda alert: "warn" if alert.severity is Severity.SEVERE else "",
        ),
        Column("预警", _what, "", stretch=True, tip=_what),
        Column(
            "确认",
            lambda alert: "已确认" if alert.acknowledged else "未确认",
            "未确认",
            tone=lambda alert: "muted" if alert.acknowledged else "",
        ),
    ]


def _what(alert: HoldingAlert) -> str:
    return f"{alert.title} · {alert.reason}"
