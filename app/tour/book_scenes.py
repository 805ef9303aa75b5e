"""The scenes at the book: everything that level 2 shows, and what is shown without it."""

import psutil
from PySide6.QtCore import Qt

from app.desk.backends import Backends
from app.desk.window import DeskWindow
from app.tour.person import Person
from app.tour.pictures import Album
from models.clients.card import CardQuery
from ui.pages.trading.book_presenter import BookView
from ui.pages.trading.page import TradingPage
from ui.ports import DeskPorts
from widgets.market.ladder_layout import LEVELS

CODE = "600519.SH"
CONTROL = Qt.KeyboardModifier.ControlModifier
_ROWS_DOWN = 3


class BookScenes:
    """Walks through ladder, full depth, queues and statistics; then for a client without them."""

    def __init__(
        self, window: DeskWindow, ports: DeskPorts, album: Album, backends: Backends
    ) -> None:
        self._main = window.main
        self._page = window.pages.trading
        self._ports = ports
        self._album = album
        self._backends = backends
        self._person = Person()

    async def look_at_books(self) -> None:
        """As the manager alone: ten levels, all of them, a queue, flow by size, the market."""
        book = self._page.presenter.book
        self._main.open_page("trading")
        for key in (Qt.Key.Key_N, Qt.Key.Key_1):
            await self._person.press(key, self._main, CONTROL)
        self._page.begin("", CODE)
        await self._person.see("没有客户的票面", lambda: not book.client_id)
        await self._person.see("十档盘口", lambda: _has_ten_levels(self._page))
        await self._album.take_both(self._main, "book_ten")
        await self._person.press(Qt.Key.Key_2, self._main, CONTROL)
        full = await self._person.see("全部档位", book.full)
        await self._person.see("多于十档", lambda: len(full.bids) > 10 and len(full.asks) > 10)
        await self._person.press(Qt.Key.Key_F8, self._main)
        for _ in range(_ROWS_DOWN):
            await self._person.press(Qt.Key.Key_Down)
        await self._person.see("所选价位的队列", book.queue)
        await self._album.take_both(self._main, "book_full")
        await self._person.press(Qt.Key.Key_Return)
        await self._person.see("键盘填价", lambda: self._page.presenter.draft.price_units)
        await self._look_at_statistics()

    async def look_without_level2(self) -> None:
        """For a client without product C: five levels with the reason, nothing else."""
        client_id = await self._person.find("未订产品 C 的客户", self._ordinary_client)
        self._page.begin(client_id, CODE)
        book = self._page.presenter.book
        await self._person.see("客户带入票面", lambda: book.client_id == client_id)
        depth = await self._person.see("五档盘口", book.depth)
        assert len(depth.bids) <= 5 and not depth.bid_queue and not depth.ticks
        await self._album.take_both(self._main, "book_five")

    async def freeze_exchange(self) -> None:
        """Hold the exchange still: the picture is marked as old, and true again afterwards."""
        ladder = self._page.board.ladder
        ready = self._backends.supervisor.ready("exchange")
        assert ready is not None
        process = psutil.Process(ready.pid)
        process.suspend()
        try:
            await self._person.see("行情过期标记", lambda: "未更新" in ladder.warning())
            await self._album.take_both(self._main, "book_stale")
        finally:
            process.resume()
        await self._person.see("行情恢复", lambda: not ladder.warning())

    async def _look_at_statistics(self) -> None:
        book, main = self._page.presenter.book, self._main
        await self._person.press(Qt.Key.Key_3, main, CONTROL)
        await self._person.press(Qt.Key.Key_M, main, CONTROL)
        await self._person.see("大单统计", book.flow)
        await self._person.see(
            "盘中统计", lambda: self._page.tabs.statistics.cancels.rows.rowCount()
        )
        await self._album.take_both(main, "book_flow")
        self._page.turn_book(BookView.TEN)
        self._page.tabs.setCurrentIndex(0)

    async def _ordinary_client(self) -> str | None:
        cards = (await self._ports.clients.find(CardQuery())).cards
        books = self._ports.books
        return next((c.client_id for c in cards if not books.access(c.client_id).is_level2), None)


def _has_ten_levels(page: TradingPage) -> bool:
    depth = page.presenter.book.depth()
    return depth is not None and len(depth.bids) == LEVELS and len(depth.asks) == LEVELS
