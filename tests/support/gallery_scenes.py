"""The gallery's scenes: a whole window each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from models.clients.profile import HoldingLine
from models.clients.tier import Tier
from models.market.picture import Cage
from models.status import DeskStatus, LinkState
from models.trading.order import Side
from tests.support import gallery_books, pictures
from ui.ports import Person
from ui.shell.command_palette import PaletteItem
from ui.shell.main_window import MainWindow
from ui.theme.theme import Theme
from widgets.basic.chips import Chip, ChipRow
from widgets.basic.columns import Column
from widgets.basic.empty_state import EmptyState
from widgets.basic.find_box import Choice, FindBox
from widgets.basic.labels import change_tone
from widgets.basic.notice_bar import Notice, NoticeKind
from widgets.basic.panel import Panel
from widgets.basic.rows import TableRows
from widgets.basic.stat_tile import StatTile
from widgets.basic.table import DataTable
from widgets.clients.alert_row import ALERT_ROLE, AlertView
from widgets.clients.card_view import ClientCardView
from widgets.clients.timeline import Timeline, TimelineEntry
from widgets.market.depth_ladder import DepthLadder
from widgets.market.intraday_chart import IntradayChart
from widgets.market.order_queue import OrderQueue
from widgets.market.quote_header import QuoteHeader
from widgets.market.tick_tape import TickTape
from widgets.paint.look import Look
from widgets.paint.numbers import grouped, money_change_text, price_text
from widgets.trading.order_ticket import OrderTicket

TODAY = date(2023, 2, 1)


class ItemRows(QAbstractListModel):
    """Any values as a list model."""

    def __init__(self, values: tuple[object, ...], role: int) -> None:
        super().__init__()
        self._values = values
        self._role = role

    def rowCount(  # noqa: N802 - Qt's name
        self,
        parent: QModelIndex | QPersistentModelIndex = QModelIndex(),  # noqa: B008
    ) -> int:
        """Number of values."""
        return 0 if parent.isValid() else len(self._values)

    def data(
        self,
        index: QModelIndex | QPersistentModelIndex,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        """The value itself."""
        return self._values[index.row()] if role == self._role else None


def window(theme: Theme, page: QWidget) -> MainWindow:
    """A main window with five screens, the first being ``page``."""
    made = MainWindow(theme, Person("M001", "陈敏", "manager", "B1"))
    screens = (
        ("trading", "行情交易", "chart-line"),
        ("clients", "客户", "account-group"),
        ("alerts", "预警", "bell-alert-outline"),
        ("orders", "委托监控", "clipboard-list-outline"),
    )
    for number, (key, title, icon) in enumerate(screens):
        made.add_page(key, title, icon, page if number == 0 else QWidget())
    made.show_status(
        DeskStatus(
            central=LinkState.CONNECTED,
            central_text="已同步 滞后 38 ms",
            feed=LinkState.CONNECTED,
            feed_text="二级行情 12,480 条/秒",
            engine=LinkState.CONNECTING,
            engine_text="重连中 第 2 次",
            outbox=3,
            market_time="14:32:08",
            phase="continuous",
            trade_date="2023-02-01",
            speed="仿真 1×",
        )
    )
    return made


def ladder(look: Look) -> DepthLadder:
    """A ladder with cage and own orders."""
    made = DepthLadder(look)
    made.show_depth(pictures.depth())
    made.set_cage(Cage(pictures.LAST + 4_000, pictures.LAST - 3_400))
    made.set_own_orders(
        {pictures.LAST - 100: 300, pictures.LAST + 1_500: 1_200, pictures.LAST - 2_600: 500}
    )
    made.set_own_places(pictures.own_places())
    return made


def ticket(look: Look, *, passes: bool, side: Side) -> OrderTicket:
    """A filled ticket."""
    made = OrderTicket(look)
    made.show_client(Choice("C1", "王喆", "23846511  白金卡"), "23846511")
    made.show_security(Choice("600519.SH", "600519 贵州茅台"))
    told = (Choice("I1", "买入 300 股 ≤1,850.00", "录音电话 14:20"),)
    made.show_instructions(told if passes else ())
    made.show_side(side)
    made.show_price(pictures.LAST)
    made.show_quantity(300)
    made.show_check(pictures.check(passes=passes))
    return made


def trading(theme: Theme) -> MainWindow:
    """Chart, ladder, queue, tape and ticket."""
    look = theme.look
    header, chart, tape, queue = (
        QuoteHeader(look),
        IntradayChart(look),
        TickTape(look),
        OrderQueue(look),
    )
    header.show_quote(pictures.instrument(), pictures.quote())
    chart.show_day(pictures.bars(), pictures.CLOSE)
    tape.show_ticks(pictures.depth().ticks, pictures.CLOSE)
    queue.show_depth(pictures.depth())
    queue.set_own_places(pictures.own_places())
    left = QWidget()
    column = QVBoxLayout(left)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(4)
    column.addWidget(header)
    column.addWidget(Panel("分时", chart), 3)
    column.addWidget(Panel("持仓 · 王喆", holdings(look)), 2)
    middle = QSplitter(Qt.Orientation.Vertical)
    middle.addWidget(Panel("十档盘口", ladder(look)))
    middle.addWidget(Panel("委托队列", queue))
    middle.setStretchFactor(0, 1)
    right = QSplitter(Qt.Orientation.Vertical)
    right.addWidget(Panel("委托", ticket(look, passes=True, side=Side.BUY)))
    right.addWidget(Panel("逐笔成交", tape))
    right.setStretchFactor(0, 3)
    right.setStretchFactor(1, 1)
    splitter = QSplitter()
    for part in (left, middle, right):
        splitter.addWidget(part)
    splitter.setSizes([10_000, 300, 320])
    return window(theme, splitter)


def holdings(look: Look) -> QWidget:
    """A table of holdings."""
    columns = (
        Column[HoldingLine]("代码", lambda r: r.symbol[:6], "600519", tone=lambda _r: "muted"),
        Column[HoldingLine]("名称", lambda r: r.name, "贵州茅台", stretch=True),
        figure("持仓", lambda r: r.quantity, lambda r: f"{r.quantity:,}", "99,999"),
        figure("可卖", lambda r: r.sellable, lambda r: f"{r.sellable:,}", "99,999"),
        figure("现价", lambda r: r.last_units, lambda r: price_text(r.last_units), "1,588.20"),
        figure(
            "市值", lambda r: r.value_cents, lambda r: grouped(r.value_cents, 100, 0), "9,566,183"
        ),
        figure(
            "浮动盈亏",
            lambda r: r.profit_cents,
            lambda r: money_change_text(r.profit_cents),
            "+172,143",
            lambda r: change_tone(r.profit_cents),
        ),
    )
    rows = TableRows(columns, key=lambda r: r.symbol)
    rows.show(pictures.holdings())
    table = DataTable(look, rows)
    rows.setParent(table)
    return table


def figure(
    title: str,
    value: Callable[[HoldingLine], int],
    text: Callable[[HoldingLine], str],
    widest: str,
    tone: Callable[[HoldingLine], str] = lambda _r: "",
) -> Column[HoldingLine]:
    """A column of numbers."""
    return Column(title, text, widest, value=value, tone=tone, is_number=True)


def clients(theme: Theme) -> MainWindow:
    """Cards with filters, alerts, tiles and a timeline."""
    look = theme.look
    view = ClientCardView(look)
    model = ItemRows(pictures.cards(), Qt.ItemDataRole.UserRole + 1)
    model.setParent(view)
    view.setModel(model)
    view.set_today(TODAY)
    view.setCurrentIndex(model.index(1, 0))
    chips = ChipRow(
        (
            Chip("all", "全部", 300),
            *(Chip(tier.value, word, 12) for tier, word in zip(Tier, "普银金白", strict=True)),
            Chip("alerted", "有预警", 31),
        )
    )
    top = QHBoxLayout()
    top.addWidget(FindBox("姓名 / 拼音 / 账号 / 手机尾号"), 1)
    top.addWidget(chips)
    top.setSpacing(12)
    top.setContentsMargins(12, 10, 12, 6)
    left = QWidget()
    column = QVBoxLayout(left)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addLayout(top)
    column.addWidget(view, 1)
    made = window(theme, Panel("客户", left))
    made.add_panel("alerts", "预警", alerts(look))
    made.add_panel("contacts", "联系记录", timeline(look))
    made.docks.put_under("alerts", "contacts")
    made.docks.share({"alerts": 420}, Qt.Orientation.Horizontal)
    made.notices.tell(
        Notice(
            "中心库连接已断开", "正在离线工作,您的更改会在恢复后自动同步", "HUB_DOWN", "立即重连"
        )
    )
    made.notices.tell(Notice("联系记录已保存", kind=NoticeKind.NEWS))
    return made


def alerts(look: Look) -> QWidget:
    """A list of alerts under tiles."""
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(8, 8, 8, 0)
    tiles = QHBoxLayout()
    for title, figure, note, tone in (
        ("客户资产", "28.4亿", "300 位客户", ""),
        ("当日盈亏", "+312.6万", "▲ +0.11%", "rise"),
        ("预警", "31", "严重 4", "warn"),
    ):
        tile = StatTile(title)
        tile.show_figure(figure, note, tone)
        tiles.addWidget(tile)
    column.addLayout(tiles)
    view = AlertView(look)
    model = ItemRows(pictures.alerts(), ALERT_ROLE)
    model.setParent(view)
    view.setModel(model)
    view.setCurrentIndex(model.index(0, 0))
    column.addWidget(view)
    return holder


def timeline(look: Look) -> QWidget:
    """Contacts of a client."""
    made = Timeline(look)
    made.show_entries(
        (
            TimelineEntry(
                "02-01 14:20", "去电", "说明宁德时代下跌原因,客户表示继续持有。", "陈敏", True
            ),
            TimelineEntry("01-31 10:05", "企业微信", "发送持仓早报", "陈敏"),
            TimelineEntry(
                "01-12 16:40",
                "来电",
                "咨询可转债申购规则,并询问北交所开通条件:两年交易经验、"
                "前二十个交易日日均资产 50 万元。已约下周到营业部做风险测评。",
                "李静",
            ),
        )
    )
    return made


def ladders(theme: Theme) -> MainWindow:
    """Every state of the ladder."""
    made = window(theme, gallery_books.halves(theme.look))
    made.palette_box.add_group("clients", "客户")
    return made


def on_page(client_id: str, setting: gallery_books.Setting) -> Callable[[Theme], MainWindow]:
    """The real trading page in one of its states."""
    return lambda theme: window(theme, gallery_books.page_of(theme, client_id, setting))


def states(theme: Theme) -> MainWindow:
    """A ticket that fails, one that is empty, a list and a table without rows."""
    rows = TableRows((Column[str]("代码", str, "600519"),), key=str)
    table = DataTable(theme.look, rows)
    rows.setParent(table)
    advice = "向分支机构管理员申请分配客户,或检查筛选条件"
    return side_by_side(
        theme,
        {
            "委托 · 检查未通过": ticket(theme.look, passes=False, side=Side.SELL),
            "委托 · 未填": OrderTicket(theme.look),
            "空": EmptyState("还没有客户", advice, "清除筛选"),
            "空表": table,
        },
    )


def side_by_side(theme: Theme, parts: dict[str, QWidget]) -> MainWindow:
    """A window of panels."""
    row = QSplitter()
    for title, part in parts.items():
        row.addWidget(Panel(title, part))
    made = window(theme, row)
    made.palette_box.add_group("clients", "客户")
    return made


def open_palette(shown: MainWindow) -> None:
    """Bring up the command palette over a shown window."""
    shown.palette_box.open("布局")
    found = (PaletteItem("C1", "王喆", "23846511  白金卡"), PaletteItem("C2", "王华勇", "88220482"))
    shown.palette_box.offer("clients", found)


def leave_be(_shown: MainWindow) -> None:
    """Change nothing after showing."""


@dataclass(frozen=True, slots=True)
class Scene:
    """How a window is made, and what is done to it once it is on the screen."""

    build: Callable[[Theme], MainWindow]
    pose: Callable[[MainWindow], None] = leave_be


SCENES = {
    "trading": Scene(trading),
    "clients": Scene(clients),
    "ladders": Scene(ladders),
    "states": Scene(states),
    "book_full": Scene(on_page(gallery_books.CLIENT, gallery_books.full)),
    "book_queue": Scene(on_page(gallery_books.CLIENT, gallery_books.chosen)),
    "book_flow": Scene(on_page("", gallery_books.by_size)),
    "book_five": Scene(on_page(gallery_books.CLIENT, gallery_books.closed)),
    "book_stale": Scene(on_page(gallery_books.CLIENT, gallery_books.stale)),
    "palette": Scene(ladders, open_palette),
}
