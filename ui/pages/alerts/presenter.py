"""State of the alert list: filters with counts, the chosen alert, who else holds the security."""

from collections import Counter

from PySide6.QtCore import QObject, Signal

from models.clients.alert import HoldingAlert, Severity
from models.status import ChangeSet
from ui.pages.alerts.rows import HolderLine
from ui.pages.parts.presence import PagePresenter, TaskStarter
from ui.ports import DeskPorts

ALL = "all"
OPEN = "open"
KIND_WORDS = {
    "move": "持仓异动",
    "rise": "上涨异动",
    "fall": "下跌异动",
    "limit_up": "涨停",
    "limit_down": "跌停",
    "concentration": "集中度",
    "loss": "浮亏",
    "profit": "浮盈",
    "st": "风险警示",
    "risk": "重大风险",
    "halt": "停牌",
    "research": "研究报告",
    "rating": "评级变动",
    "follow_on": "增发",
    "rights": "配股",
    "call_notice": "转债赎回",
    "warrant_listing": "权证上市",
    "warrant_expiry": "权证到期",
    "ipo_issue": "新股发行",
    "ipo_ballot": "中签",
    "ipo_listing": "新股上市",
    "ipo_price_range": "上市预估价",
    "ipo_strategy": "申购策略",
    "scan": "组合诊断",
    "risk_expiry": "测评到期",
}


class AlertsPresenter(PagePresenter):
    """Filters alerts, acknowledges them, groups the clients of one security."""

    changed = Signal()
    acknowledged = Signal(str)  # alert id

    def __init__(self, ports: DeskPorts, tasks: TaskStarter, parent: QObject | None = None) -> None:
        super().__init__(ports, tasks, parent)
        self._alerts: tuple[HoldingAlert, ...] | None = None
        self._state = OPEN
        self._kind = ALL

    @property
    def state_key(self) -> str:
        """The filter by severity or state that is on."""
        return self._state

    @property
    def kind_key(self) -> str:
        """The filter by kind that is on."""
        return self._kind

    @property
    def is_read(self) -> bool:
        """Whether the first answer has come."""
        return self._alerts is not None

    def read(self) -> None:
        """Read all alerts."""
        self.run(self.ports.alerts.alerts(), self._take)

    def concerns(self, changes: ChangeSet) -> bool:
        """Alerts only."""
        return changes.alerts

    def choose_state(self, key: str) -> None:
        """Show one severity, what is not acknowledged, or all."""
        self._state = key
        self.changed.emit()

    def choose_kind(self, key: str) -> None:
        """Show one kind, or all."""
        self._kind = key
        self.changed.emit()

    def shown(self) -> tuple[HoldingAlert, ...]:
        """Return what passes both filters, severest and newest first."""
        return tuple(
            alert
            for alert in self._alerts or ()
            if _passes(alert, self._state) and self._kind in (ALL, alert.kind)
        )

    def count(self, key: str) -> int:
        """Return how many rows a state filter would show under the present kind."""
        return sum(
            1
            for alert in self._alerts or ()
            if _passes(alert, key) and self._kind in (ALL, alert.kind)
        )

    def kinds(self) -> tuple[tuple[str, str], ...]:
        """Return key, title and count of the kinds there are, most frequent first."""
        counts = Counter(a.kind for a in self._alerts or () if _passes(a, self._state))
        found = tuple(
            (kind, f"{kind_word(kind)} {count:,}") for kind, count in counts.most_common()
        )
        return ((ALL, f"全部类别 {sum(counts.values()):,}"), *found)

    def holders(self, symbol: str) -> tuple[HolderLine, ...]:
        """Return all who hold the security, each with his worst alert on it; largest first."""
        worst: dict[str, HoldingAlert] = {}
        for alert in self._alerts or ():
            if alert.symbol == symbol:
                worst.setdefault(alert.client_id, alert)
        found = self.ports.alerts.holders(symbol)
        return tuple(HolderLine(holder, worst.get(holder.client_id)) for holder in found)

    def shown_text(self) -> str:
        """Say how many of how many are shown."""
        if self._alerts is None:
            return "正在读取…"
        return f"显示 {len(self.shown()):,} / {len(self._alerts):,}"

    def acknowledge(self, alert_id: str, note: str) -> None:
        """Take note of an alert."""
        self.run(
            self.ports.alerts.acknowledge(alert_id, note.strip()),
            lambda _nothing: self._take_note(alert_id),
        )

    def _take_note(self, alert_id: str) -> None:
        self.acknowledged.emit(alert_id)
        self.read()

    def _take(self, alerts: tuple[HoldingAlert, ...]) -> None:
        self._alerts = alerts
        self.changed.emit()


def kind_word(kind: str) -> str:
    """Return the word for a kind of alert; the code itself where there is none."""
    return KIND_WORDS.get(kind, kind)


def _passes(alert: HoldingAlert, key: str) -> bool:
    if key == ALL:
        return True
    if key == OPEN:
        return not alert.acknowledged
    return alert.severity is Severity(key)
