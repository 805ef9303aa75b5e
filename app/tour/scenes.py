"""The scenes of the tour, in the order of a morning's work."""

from PySide6.QtCore import QPoint, Qt

from app.desk.window import DeskWindow
from app.tour.person import Person
from app.tour.pictures import Album
from app.tour.summary import RefusalSeen, Summary, order_seen, points
from models.clients.card import CardQuery, ClientCard
from models.clients.profile import ClientProfile
from models.money import amount_cents
from models.trading.order import FINAL_STATES, Order, OrderState, Side
from ui.ports import DeskPorts

CODE = "600519.SH"
LOT = 100
_ROOM_TICKS = 50  # how far above the best ask the client's limit lies: 0.50 yuan
_TICK = 100
_DEPTH_UPDATES = 10


class Scenes:
    """One walk through the desk; every scene raises TOUR_STUCK where the screen does not follow."""

    def __init__(
        self, window: DeskWindow, ports: DeskPorts, album: Album, summary: Summary
    ) -> None:
        self._window = window
        self._main = window.main
        self._pages = window.pages
        self._ports = ports
        self._album = album
        self._summary = summary
        self._person = Person()

    async def look_at_clients(self) -> None:
        """All clients are there, valued at live prices; the search narrows them."""
        page = self._pages.clients
        self._main.open_page("clients")
        await self._person.find("全部客户与实时估值", self._all_live)
        found = await self._ports.clients.find(CardQuery())
        self._summary.clients = found.total
        self._summary.tiers = {tier.value: count for tier, count in found.by_tier.items()}
        await self._person.type("w", page.search)
        await self._person.see("搜索缩小名单", lambda: 0 < page.rows.rowCount() < found.total)
        self._album.take(self._main, "clients_search")
        await self._person.press(Qt.Key.Key_Escape, page.search)

    async def look_at_alerts(self) -> None:
        """Alerts on holdings have come; one is acknowledged with a note."""
        page = self._pages.alerts
        self._main.open_page("alerts")
        await self._person.see("持仓预警", lambda: page.rows.rowCount())
        self._summary.alerts = len(await self._ports.alerts.alerts())
        first = page.rows.index(0).data(Qt.ItemDataRole.UserRole + 1)
        await self._person.press(Qt.Key.Key_A, page)
        await self._person.type("已电话告知客户", page.detail.note)
        await self._person.press(Qt.Key.Key_Return, page.detail.note)
        await self._person.find("预警已确认", lambda: self._acknowledged(first.alert_id))

    async def open_client(self) -> ClientProfile:
        """Find a client who can pay for a lot by his account number, and open him."""
        card = await self._person.find("有足够资金的客户", self._rich_client)
        page = self._pages.clients
        self._main.open_page("clients")
        await self._person.type(card.account, page.search)
        await self._person.see("唯一命中", lambda: page.rows.rowCount() == 1)
        await self._person.press(Qt.Key.Key_Return, page.search)
        shown = await self._person.see("客户页", lambda: self._shown_profile(card.client_id))
        self._summary.points_before = points(shown.points_milli)
        self._album.take(self._main, "client_opened")
        await self._person.press(Qt.Key.Key_Escape, page.search)
        return shown

    async def record_instruction(self) -> None:
        """Record what the client said on the phone: to buy now."""
        quote = await self._person.see("卖一价", lambda: self._ports.market.quote(CODE))
        await self.record_limit(quote.ask_units + _ROOM_TICKS * _TICK)

    async def record_limit(self, limit: int) -> None:
        """Record the client's limit with its evidence."""
        box = self._pages.client.instruction
        await self._person.press(Qt.Key.Key_I, self._pages.client)
        await self._person.type(CODE[:6], box.security)
        await self._person.press(Qt.Key.Key_Return, box.security)
        await self._person.click(box.sides[Side.BUY])
        await self._person.type(str(LOT), box.quantity)
        await self._person.type(f"{limit // 10_000}.{limit % 10_000 // 100:02}", box.price.field)
        await self._person.press(Qt.Key.Key_Return, box.price.field)
        await self._person.type("REC-20230201-0001", box.evidence)
        for tick in (box.read_back, box.identity):
            await self._person.press(Qt.Key.Key_Space, tick)
        self._album.take(self._main, "instruction")
        await self._person.click(box.record)
        await self._person.find("指令已记录", self._instructed)

    async def trade(self) -> Order:
        """Take the instruction to the ticket, click a level, Enter, Enter, and see it filled."""
        page = self._pages.trading
        await self._person.press(Qt.Key.Key_T, self._pages.client)
        await self._person.see("客户带入票面", lambda: page.presenter.draft.client)
        await self.choose_security()
        await self._person.see("指令带入票面", lambda: page.presenter.draft.instruction_id)
        await self._watch_depth()
        await self._click_best_ask()
        await self._person.see("检查全部通过", self._passes)
        self._album.take(self._main, "ticket")
        await self.send()
        order = await self._person.find("委托全部成交", lambda: self._order(OrderState.FILLED))
        await self._person.see("票面可再用", lambda: not page.presenter.is_sending)
        self._summary.order = order_seen(order)
        self._album.take(self._main, "order_filled")
        return order

    async def be_refused(self) -> None:
        """The same again without an instruction: refused with a reason, and it stays a row."""
        page = self._pages.trading
        await self.choose_security()
        await self._click_best_ask()
        await self._person.type(str(LOT), page.ticket.quantity.field)
        await self._person.see("缺少指令", lambda: not self._passes())
        await self.send()
        refused = await self._person.find("拒单留痕", lambda: self._order(OrderState.REFUSED))
        self._summary.refused_order = RefusalSeen(refused.state.value, refused.reason)
        self._album.take(self._main, "order_refused")

    async def see_it_come_back(self, before: ClientProfile, order: Order) -> None:
        """Holding, commission and points of the client changed through central."""
        client_id = before.card.client_id
        had = _held(before)

        async def changed() -> ClientProfile | None:
            now = await self._ports.clients.profile(client_id)
            is_back = now.points_milli > before.points_milli and _held(now) == had + order.filled
            return now if is_back else None

        after = await self._person.find("成交经中心库回到客户卡", changed)
        self._summary.points_after = points(after.points_milli)
        self._main.open_page("client")
        await self._person.see("客户页更新", lambda: self._shown_points(after.points_milli))

    async def log_contact(self) -> None:
        """Log the call; central applies it."""
        page = self._pages.client
        await self._person.press(Qt.Key.Key_L, page)
        await self._person.type("已告知成交结果", page.contacts.summary)
        await self._person.press(Qt.Key.Key_Return, page.contacts.summary)
        client_id = page.presenter.client_id

        async def applied() -> bool:
            contacts = (await self._ports.clients.profile(client_id)).contacts
            return any(c.summary == "已告知成交结果" and not c.pending for c in contacts)

        await self._person.find("联系记录已到中心库", applied)

    async def look_at_monitor(self, order: Order) -> None:
        """Both orders stand in the monitor, the filled one with its trace."""
        page = self._pages.monitor
        self._main.open_page("monitor")
        await self._person.see("监控里的两笔委托", lambda: page.table.rows.rowCount() >= 2)
        page.table.select_key(order.client_order_id)

    async def open_panels(self) -> None:
        """Both panels come by their keys beside the open screen, and go again."""
        keys = (Qt.Key.Key_B, Qt.Key.Key_J)
        self._main.open_page("clients")
        for key in keys:
            await self._person.press(key, self._main, Qt.KeyboardModifier.ControlModifier)
        panels = (self._pages.alerts_panel, self._pages.orders_panel)
        await self._person.see("两个面板", lambda: all(panel.isVisible() for panel in panels))
        await self._person.see("面板里的预警", lambda: panels[0].rows.rowCount())
        self._album.take(self._main, "panels")
        for key in keys:
            await self._person.press(key, self._main, Qt.KeyboardModifier.ControlModifier)

    async def choose_security(self) -> None:
        ticket = self._pages.trading.ticket
        if ticket.security.current_key() == CODE:
            return
        await self._person.type(CODE[:6], ticket.security)
        await self._person.press(Qt.Key.Key_Return, ticket.security)
        await self._person.see("证券已选", lambda: ticket.security.current_key() == CODE)

    async def _watch_depth(self) -> None:
        """Count how often the shown book changes until it has changed often enough."""
        seen: set[int] = set()

        def often() -> bool:
            depth = self._pages.trading.presenter.book.depth()
            if depth is not None and depth.bids and depth.asks:
                seen.add(depth.sequence)
            return len(seen) > _DEPTH_UPDATES

        await self._person.see("十档盘口在动", often)
        self._summary.depth_updates = len(seen) - 1

    async def _click_best_ask(self) -> None:
        ladder = self._pages.trading.board.ladder
        draft = self._pages.trading.presenter

        def best() -> QPoint | None:
            depth = self._pages.trading.presenter.book.depth()
            return ladder.place_of("ask", 0) if depth and depth.asks else None

        await self._person.click(ladder, await self._person.see("卖一档", best))
        await self._person.see("点击盘口填价", lambda: draft.draft.price_units)

    async def send(self) -> None:
        ticket = self._pages.trading.ticket
        await self._person.press(Qt.Key.Key_Return, ticket.quantity.field)
        await self._person.press(Qt.Key.Key_Return, ticket.send)
        if not self._passes() and ticket.send.isEnabled():
            await self._person.press(Qt.Key.Key_Return, ticket.send)

    def _passes(self) -> bool:
        check = self._pages.trading.presenter.check
        return check is not None and check.passes

    async def _all_live(self) -> bool:
        found = await self._ports.clients.find(CardQuery())
        return found.total > 0 and all(card.live for card in found.cards)

    async def _acknowledged(self, alert_id: str) -> bool:
        alerts = await self._ports.alerts.alerts()
        return any(one.alert_id == alert_id and one.acknowledged for one in alerts)

    async def _rich_client(self) -> ClientCard | None:
        quote = self._ports.market.quote(CODE)
        if quote is None or not quote.ask_units:
            return None
        needed = 3 * amount_cents(quote.ask_units, LOT)
        cards = (await self._ports.clients.find(CardQuery())).cards
        access = self._ports.books.access
        for card in sorted(cards, key=lambda card: not access(card.client_id).is_level2):
            profile = await self._ports.clients.profile(card.client_id)
            is_quiet = not profile.instructions and not profile.risk_expired
            if is_quiet and profile.cash_cents - profile.frozen_cents > needed:
                return card
        return None

    async def _instructed(self) -> bool:
        client_id = self._pages.client.presenter.client_id
        told = await self._ports.orders.instructions(client_id)
        return any(item.symbol == CODE and item.quantity == LOT for item in told)

    async def _order(self, state: OrderState) -> Order | None:
        orders = await self._ports.orders.orders()
        ended = [order for order in orders if order.state in FINAL_STATES]
        return next((order for order in ended if order.state is state), None)

    def _shown_profile(self, client_id: str) -> ClientProfile | None:
        profile = self._pages.client.presenter.profile
        return profile if profile and profile.card.client_id == client_id else None

    def _shown_points(self, points_milli: int) -> bool:
        profile = self._pages.client.presenter.profile
        return profile is not None and profile.points_milli == points_milli


def _held(profile: ClientProfile) -> int:
    return sum(line.quantity for line in profile.holdings if line.symbol == CODE)
