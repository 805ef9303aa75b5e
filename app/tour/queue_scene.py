"""The tour's order that waits: its place in the queue on the ladder, then it is withdrawn."""

from PySide6.QtCore import Qt

from app.desk.window import DeskWindow
from app.tour.person import Person
from app.tour.pictures import Album
from app.tour.scenes import Scenes
from models.market.own_place import OwnPlace
from models.market.picture import Level
from models.trading.order import OrderState
from ui.ports import DeskPorts

_DEEP = 8  # the ninth bid: still on the ladder, and it waits


class QueueScene:
    """Raises TOUR_STUCK where the screen does not follow."""

    def __init__(self, window: DeskWindow, ports: DeskPorts, album: Album, scenes: Scenes) -> None:
        self._main = window.main
        self._pages = window.pages
        self._ports = ports
        self._album = album
        self._scenes = scenes
        self._person = Person()

    async def stand_in_line(self) -> str:
        """Buy below the market by a new instruction; return the waiting order's id."""
        level = await self._person.see("买九档", self._deep_bid)
        self._main.open_page("client")
        await self._scenes.record_limit(level.price_units)
        page = self._pages.trading
        await self._person.press(Qt.Key.Key_T, self._pages.client)
        await self._person.see("客户带入票面", lambda: page.presenter.draft.client)
        await self._scenes.choose_security()
        await self._person.see("指令带入票面", lambda: page.presenter.draft.instruction_id)
        await self._scenes.send()
        name = await self._person.find("委托挂单", self._waiting)
        await self._person.see("排队位置", lambda: self._place(name))
        await self._person.see("票面可再用", lambda: not page.presenter.is_sending)
        self._album.take(self._main, "order_queued")
        return name

    async def leave_the_line(self, name: str) -> None:
        """Withdraw it from the monitor by F3 and Enter, unless it was filled meanwhile."""
        if await self._waiting() != name:
            return
        page = self._pages.monitor
        self._main.open_page("monitor")
        page.table.select_key(name)
        await self._person.press(Qt.Key.Key_F3, self._main)
        await self._person.see("撤单预览", page.cancel_bar.isVisible)
        await self._person.press(Qt.Key.Key_Return, page.cancel_bar.confirm)
        await self._person.find("已撤单", self._is_nothing_waiting)

    def _deep_bid(self) -> Level | None:
        depth = self._pages.trading.presenter.book.depth()
        return depth.bids[_DEEP] if depth and len(depth.bids) > _DEEP else None

    async def _waiting(self) -> str:
        orders = await self._ports.orders.orders()
        open_orders = (one for one in orders if one.state is OrderState.WORKING)
        return next((one.client_order_id for one in open_orders), "")

    async def _is_nothing_waiting(self) -> bool:
        return not await self._waiting()

    def _place(self, name: str) -> OwnPlace | None:
        depth = self._pages.trading.presenter.book.depth()
        own = depth.own if depth else ()
        return next((one for one in own if one.client_order_id == name and one.is_placed), None)
