"""The list model of alerts, and the columns of the clients of one security."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from models.clients.alert import HoldingAlert, SecurityHolder, Severity
from models.clients.tier import TIERS
from widgets.basic.columns import Column
from widgets.clients.alert_row import ALERT_ROLE
from widgets.paint.numbers import NOTHING, compact_money, quantity_text
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


@dataclass(frozen=True, slots=True)
class HolderLine:
    """A client who holds the security; ``alert`` the worst one he has on it, None = none."""

    holder: SecurityHolder
    alert: HoldingAlert | None


def holder_columns() -> list[Column[HolderLine]]:
    """Columns of the clients who hold one security."""
    return [
        Column(
            "等级",
            lambda line: word(line.holder.tier),
            "白金卡",
            value=lambda line: -TIERS.index(line.holder.tier),
        ),
        Column("客户", lambda line: line.holder.client_name, "欧阳建国"),
        Column(
            "持有",
            lambda line: quantity_text(line.holder.quantity),
            "1,000,000",
            value=lambda line: line.holder.quantity,
            is_number=True,
        ),
        Column(
            "市值",
            lambda line: compact_money(line.holder.value_cents),
            "1,234.5万",
            value=lambda line: line.holder.value_cents,
            is_number=True,
        ),
        Column("级别", _severity, "严重", value=_urgency, tone=_severity_tone),
        Column("预警", _what, "", stretch=True, tone=_alert_tone, tip=_what),
        Column("确认", _noted, "未确认", tone=_noted_tone),
    ]


def _severity(line: HolderLine) -> str:
    return word(line.alert.severity) if line.alert else NOTHING


def _urgency(line: HolderLine) -> int:
    order = tuple(Severity)
    return order.index(line.alert.severity) if line.alert else len(order)


def _severity_tone(line: HolderLine) -> str:
    if line.alert is None:
        return "muted"
    return "warn" if line.alert.severity is Severity.SEVERE else ""


def _what(line: HolderLine) -> str:
    return f"{line.alert.title} · {line.alert.reason}" if line.alert else "无预警"


def _alert_tone(line: HolderLine) -> str:
    return "" if line.alert else "muted"


def _noted(line: HolderLine) -> str:
    if line.alert is None:
        return NOTHING
    return "已确认" if line.alert.acknowledged else "未确认"


def _noted_tone(line: HolderLine) -> str:
    return "" if line.alert and not line.alert.acknowledged else "muted"
