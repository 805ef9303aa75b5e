"""Makes all pages, joins them to the shell and to each other, and registers their actions."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt

from models.trading.order import Side
from ui.bridge.frame_timer import FrameTimer
from ui.bridge.tasks import CrashHook, Tasks
from ui.pages.alerts.page import AlertsPage
from ui.pages.alerts.panel import AlertsPanel
from ui.pages.client.page import ClientPage
from ui.pages.clients.page import ClientsPage
from ui.pages.monitor.page import MonitorPage
from ui.pages.monitor.panel import OrdersPanel
from ui.pages.palette_search import PaletteSearch
from ui.pages.parts.kit import PageKit
from ui.pages.trading.book_presenter import BookView
from ui.pages.trading.page import TradingPage
from ui.pages.walk import Pages, Walk
from ui.ports import DeskPorts
from ui.shell.actions import Action
from ui.shell.main_window import MainWindow
from ui.theme.theme import Theme
from widgets.trading.order_ticket import TicketKeys

OWNERS = 8  # five pages, two panels, and the search of the command palette
KEYS = TicketKeys()


@dataclass(frozen=True, slots=True)
class Bridge:
    """What the pages take from the bridge: one frame timer, and where bugs walk."""

    frames: FrameTimer
    crash: CrashHook


def build_pages(ports: DeskPorts, bridge: Bridge, theme: Theme, window: MainWindow) -> Pages:
    """Return all pages, shown in the window and joined to each other."""
    owners = tuple(Tasks(bridge.crash, window) for _ in range(OWNERS))
    kits = tuple(PageKit(ports, tasks, bridge.frames, theme.look) for tasks in owners)
    pages = Pages(
        clients=ClientsPage(kits[0]),
        client=ClientPage(kits[1]),
        alerts=AlertsPage(kits[2]),
        trading=TradingPage(kits[3], KEYS),
        monitor=MonitorPage(kits[4]),
        alerts_panel=AlertsPanel(kits[5]),
        orders_panel=OrdersPanel(kits[6]),
        tasks=owners,
    )
    for tasks in owners:
        tasks.failed.connect(window.notices.tell_failure)
    _add_pages(pages, window)
    _add_panels(pages, window)
    walk = Walk(pages, window)
    _join(pages, walk)
    _add_actions(pages, walk)
    search = PaletteSearch(ports, owners[-1], window.palette_box)
    search.client_chosen.connect(walk.to_client)
    search.security_chosen.connect(lambda symbol: walk.to_trading("", symbol))
    return pages


def _add_pages(pages: Pages, window: MainWindow) -> None:
    window.add_page("clients", "客户", "account-group-outline", pages.clients)
    window.add_page("client", "客户详情", "card-account-details-outline", pages.client)
    window.add_page("alerts", "预警", "bell-alert-outline", pages.alerts)
    window.add_page("trading", "交易", "swap-horizontal-bold", pages.trading)
    window.add_page("monitor", "委托监控", "format-list-checks", pages.monitor)
    for page in pages.all():
        page.noticed.connect(window.notices.tell)


def _add_panels(pages: Pages, window: MainWindow) -> None:
    """Panels start hidden: the screens have the room until somebody wants them."""
    right, bottom = Qt.DockWidgetArea.RightDockWidgetArea, Qt.DockWidgetArea.BottomDockWidgetArea
    window.add_panel("alerts", "预警", pages.alerts_panel, right, "Ctrl+B")
    window.add_panel("orders", "今日委托", pages.orders_panel, bottom, "Ctrl+J")
    for panel in (pages.alerts_panel, pages.orders_panel):
        panel.noticed.connect(window.notices.tell)


def _join(pages: Pages, walk: Walk) -> None:
    pages.alerts_panel.open_client.connect(walk.to_client)
    pages.orders_panel.open_client.connect(walk.to_client)
    pages.clients.open_client.connect(walk.to_client)
    pages.alerts.open_client.connect(walk.to_client)
    pages.monitor.open_client.connect(walk.to_client)
    pages.trading.open_client.connect(walk.to_client)
    pages.trading.record_instruction.connect(walk.to_instruction)
    pages.client.left.connect(lambda: walk.window.open_page("clients"))
    for source in (pages.clients, pages.client, pages.alerts, pages.monitor):
        source.trade.connect(walk.to_trading)


def _add_actions(pages: Pages, walk: Walk) -> None:
    here, book = "当前客户", "盘口"
    window = walk.window
    ticket = pages.trading

    def on_trading(run: Callable[[], object]) -> Callable[[], object]:
        return lambda: run() if window.current_page() == "trading" else None

    def view(shown: BookView) -> Callable[[], object]:
        return on_trading(lambda: ticket.turn_book(shown))

    window.actions_table.add(
        Action("clients.search", "搜索客户", "客户", walk.to_search, "Ctrl+F", "magnify"),
        Action("client.trade", "为当前客户交易", here, walk.trade_here, "Ctrl+T"),
        Action("client.contact", "记录联系", here, walk.log_here, "Ctrl+Shift+L"),
        Action("client.instruction", "记录客户指令", here, walk.instruct_here, "Ctrl+I"),
        Action("orders.cancel", "撤单(选中的委托)", "交易", walk.to_cancel, "F3"),
        Action("ticket.buy", "买入", "交易", on_trading(lambda: ticket.turn(Side.BUY)), KEYS.buy),
        Action(
            "ticket.sell", "卖出", "交易", on_trading(lambda: ticket.turn(Side.SELL)), KEYS.sell
        ),
        Action("book.ten", "十档盘口", book, view(BookView.TEN), "Ctrl+1"),
        Action("book.full", "千档(全部档位)", book, view(BookView.FULL), "Ctrl+2"),
        Action("book.flow", "大单统计", book, view(BookView.FLOW), "Ctrl+3"),
        Action("book.focus", "光标到盘口", book, on_trading(ticket.board.book.focus), "F8"),
        Action("book.best", "队列回到最优价", book, on_trading(ticket.show_best), "Ctrl+0"),
        Action("book.unit", "手 / 股 切换", book, on_trading(ticket.turn_unit), "Ctrl+U"),
        Action("book.market", "盘中统计", book, on_trading(ticket.show_statistics), "Ctrl+M"),
        Action("ticket.clear", "新票面(不带客户)", "交易", on_trading(ticket.clear), "Ctrl+N"),
        Action("ticket.send", "复核并报送", "交易", on_trading(ticket.focus_send), KEYS.send),
    )
