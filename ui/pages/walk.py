"""All pages, and the ways from one to another: pages never know each other."""

from dataclasses import dataclass

from PySide6.QtCore import QObject

from ui.bridge.tasks import Tasks
from ui.pages.alerts.page import AlertsPage
from ui.pages.alerts.panel import AlertsPanel
from ui.pages.client.page import ClientPage
from ui.pages.clients.page import ClientsPage
from ui.pages.monitor.page import MonitorPage
from ui.pages.monitor.panel import OrdersPanel
from ui.pages.parts.kit import Page
from ui.pages.trading.page import TradingPage
from ui.shell.main_window import MainWindow


@dataclass(frozen=True, slots=True)
class Pages:
    """All pages; ``close`` before the loop ends."""

    clients: ClientsPage
    client: ClientPage
    alerts: AlertsPage
    trading: TradingPage
    monitor: MonitorPage
    alerts_panel: AlertsPanel
    orders_panel: OrdersPanel
    tasks: tuple[Tasks, ...]

    def all(self) -> tuple[Page, ...]:
        """Return the pages in the order of the navigation."""
        return self.clients, self.client, self.alerts, self.trading, self.monitor

    async def close(self) -> None:
        """Hear no more changes, and wait until what the pages started has ended."""
        for page in (*self.all(), self.alerts_panel, self.orders_panel):
            page.stop()
        for tasks in self.tasks:
            await tasks.wait_closed()


class Walk(QObject):
    """Ways from page to page; lives as long as the window."""

    def __init__(self, pages: Pages, window: MainWindow) -> None:
        super().__init__(window)
        self.pages = pages
        self.window = window

    def to_client(self, client_id: str) -> None:
        """Open one client whole."""
        self.window.open_page("client")
        self.pages.client.open_client(client_id)

    def to_instruction(self, client_id: str) -> None:
        """Open the client with the form for an instruction."""
        self.to_client(client_id)
        self.pages.client.begin_instruction()

    def to_search(self) -> None:
        """Open the card grid with the cursor in the search box."""
        self.window.open_page("clients")
        self.pages.clients.search.setFocus()

    def trade_here(self) -> None:
        """Trade for the client of the open page."""
        page = {
            "clients": self.pages.clients.trade_current,
            "client": self.pages.client.trade_current,
            "alerts": self.pages.alerts.detail.trade_shown,
            "monitor": self.pages.monitor.trade_current,
        }.get(self.window.current_page())
        if page is not None:
            page()

    def log_here(self) -> None:
        """Log a contact with the client of the open page."""
        if self._to_shown_client():
            self.pages.client.begin_contact()

    def instruct_here(self) -> None:
        """Record an instruction of the client of the open page."""
        if self._to_shown_client():
            self.pages.client.begin_instruction()

    def to_cancel(self) -> None:
        """On the monitor ask to cancel the chosen orders; elsewhere open it with what is open."""
        if self.window.current_page() == "monitor":
            self.pages.monitor.ask_cancel()
            return
        client_id = self._shown_client_id()
        self.window.open_page("monitor")
        self.pages.monitor.show_open(client_id)

    def _to_shown_client(self) -> bool:
        client_id = self._shown_client_id()
        if client_id and self.window.current_page() != "client":
            self.to_client(client_id)
        return bool(client_id)

    def _shown_client_id(self) -> str:
        pages = self.pages
        draft = pages.trading.presenter.draft
        return {
            "clients": pages.clients.view.current_client,
            "client": lambda: pages.client.presenter.client_id,
            "alerts": pages.alerts.detail.client_id,
            "trading": lambda: draft.client.client_id if draft.client else "",
            "monitor": pages.monitor.client_id,
        }[self.window.current_page()]()

    def to_trading(self, client_id: str, symbol: str) -> None:
        """Start a ticket."""
        self.window.open_page("trading")
        self.pages.trading.begin(client_id, symbol)
