"""Brand, search, and at the right: alerts, theme, rise colour, help and who is signed in."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QToolButton, QWidget

from ui.ports import Person
from ui.shell.actions import ActionTable
from ui.theme.icons import icon
from widgets.basic.labels import caption, label
from widgets.paint.look import Look

HEIGHT = 44


class TopBar(QWidget):
    """The line at the window's head; its buttons run rows of the actions table."""

    def __init__(
        self, look: Look, person: Person, actions: ActionTable, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("topBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self._look = look
        self._mark = person.mark
        self._actions = actions
        self._icons: dict[QToolButton, str] = {}
        self.note = caption()
        self._search = QPushButton(self.tr("搜索客户 / 证券 / 命令    Ctrl+K"))
        self._search.setObjectName("searchButton")
        self._search.setMinimumWidth(190)
        self._search.setMaximumWidth(340)
        self._search.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._search.setCursor(Qt.CursorShape.PointingHandCursor)
        self._search.clicked.connect(lambda: actions.run("palette"))
        self._person = label(person.name, "strong")
        self._menu_button = self._tool("menu", self.tr("全部命令"), "")
        self._menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self)
        self._menu_button.setMenu(self._menu)
        self._lay_out()
        actions.changed.connect(self._fill_menu)
        look.changed.connect(self._tint)
        self._fill_menu()
        self._tint()

    def show_note(self, text: str) -> None:
        """Show a quiet word beside the brand (仿真 2023-02-01 ×1)."""
        self.note.setText(text)

    def _lay_out(self) -> None:
        brand = QLabel(f"◆ {self._mark}{self.tr('客户经理工作站')}")
        brand.setObjectName("brand")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 8, 0)
        row.setSpacing(8)
        row.addWidget(brand)
        row.addSpacing(8)
        row.addWidget(self.note)
        row.addStretch(1)
        row.addWidget(self._search, 1)
        row.addSpacing(4)
        row.addWidget(self._tool("theme-light-dark", self.tr("深色 / 浅色"), "theme"))
        row.addWidget(self._tool("swap-vertical", self.tr("红涨绿跌 / 绿涨红跌"), "rise"))
        row.addWidget(self._tool("help-circle-outline", self.tr("快捷键  F1"), "help"))
        row.addWidget(self._menu_button)
        row.addSpacing(8)
        row.addWidget(self._person)
        row.addSpacing(4)

    def _tool(self, icon_name: str, tip: str, action: str) -> QToolButton:
        button = QToolButton()
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setIconSize(QSize(20, 20))
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        if action:
            button.clicked.connect(lambda: self._actions.run(action))
        self._icons[button] = icon_name
        return button

    def _fill_menu(self) -> None:
        self._menu.clear()
        for group, rows in self._actions.groups().items():
            self._menu.addSection(group)
            for row in rows:
                self._menu.addAction(self._actions.qt_action(row.key))

    def _tint(self) -> None:
        for button, name in self._icons.items():
            button.setIcon(icon(name, self._look.tokens.text_2))
