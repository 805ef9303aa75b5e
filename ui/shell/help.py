"""All actions with their shortcuts, from the one table (F1)."""

from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from ui.shell.actions import Action, ActionTable
from widgets.basic.columns import Column
from widgets.basic.rows import TableRows
from widgets.basic.table import DataTable
from widgets.paint.look import Look


class HelpDialog(QDialog):
    """A list of what can be done and how; Escape closes."""

    def __init__(self, look: Look, actions: ActionTable, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("命令与快捷键"))
        self.resize(520, 560)
        columns = (
            Column[Action](self.tr("分组"), lambda row: row.group, "行情交易", tone=_muted),
            Column[Action](self.tr("命令"), lambda row: row.title, "切换深色", stretch=True),
            Column[Action](self.tr("快捷键"), lambda row: row.shortcut, "Ctrl+Shift+K"),
        )
        rows = TableRows(columns, key=lambda row: row.key, parent=self)
        rows.show(actions.rows())
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        table = DataTable(look, rows)
        table.setObjectName("helpTable")
        column.addWidget(table)


def _muted(_row: Action) -> str:
    return "muted"
