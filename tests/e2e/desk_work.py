"""What an account manager does at a real desk, through the ports its window uses."""

import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from PySide6.QtWidgets import QMessageBox

from app.desk.desk import Desk
from app.desk.run import run_in_qt
from app.frame.crash import CrashReporter
from app.frame.places import Places
from app.frame.settings import read_settings
from app.tour.person import Person
from models.clients.card import CardQuery, ClientCard
from models.market.details import DetailWatch
from models.market.picture import Quote
from models.status import LinkState
from models.trading.instruction import Instruction, InstructionChannel, PriceType
from models.trading.order import Order, OrderState, Side
from models.trading.ticket import Ticket
from models.wire.commands import LogContact
from ui.ports import DeskPorts

CODE = "600519.SH"
LOT = 100
Found = TypeVar("Found")


class Manager:
    """Somebody at an open desk."""

    def __init__(self, desk: Desk) -> None:
        assert desk.local is not None and desk.window is not None
        self.desk = desk
        self.window = desk.window
        self.ports: DeskPorts = desk.local.ports
        self._person = Person()

    async def see(self, what: str, look: Callable[[], Found | None]) -> Found:
        """Wait until ``look`` finds something."""
        return await self._person.see(what, look, 30)

    async def find(self, what: str, look: Callable[[], Awaitable[Found | None]]) -> Found:
        """The same for something that has to be asked for."""
        return await self._person.find(what, look, 30)

    async def instruct(self) -> Ticket:
        """Record a client's word to buy far below the market; return the ticket for it."""
        await self.see_all_well()
        quote = await self.see("行情", self._priced)
        card = await self.find("客户", self._client)
        price = quote.ask_units * 95 // 100 // 100 * 100
        told = await self.ports.orders.record_instruction(
            _draft(card.client_id, card.account, price)
        )
        await self.ports.orders.prepare(card.client_id)
        return Ticket(card.client_id, card.account, CODE, Side.BUY, LOT, price, told.instruction_id)

    async def leave_working_order(self) -> str:
        """Bring an instructed order to the book, where nobody trades with it."""
        name = await self.ports.orders.place(await self.instruct())
        await self.see_order(name, OrderState.WORKING)
        return name

    async def see_all_well(self) -> None:
        """Wait until feed and orders are up."""

        def well() -> bool:
            status = self.ports.board.status()
            return status.engine is LinkState.CONNECTED and status.feed is LinkState.CONNECTED

        await self.see("行情与交易正常", well)

    async def close_the_window(self) -> str:
        """Close it as a person does and say yes if asked; return what was asked."""
        self.window.main.close()
        await self.see("关闭", lambda: self.desk.closed.is_set() or self._question())
        asked = self._question()
        if asked is None:
            return ""
        told = asked.text()
        next(button for button in asked.buttons() if button.text() == "关闭窗口").click()
        await self.see("已关闭", self.desk.closed.is_set)
        return told

    async def see_order(self, name: str, state: OrderState) -> Order:
        """Wait until the one row of this order stands so."""

        async def stands() -> Order | None:
            rows = [row for row in await self.ports.orders.orders() if row.client_order_id == name]
            assert len(rows) <= 1, "the order is there twice"
            return next((row for row in rows if row.state is state), None)

        return await self.find(f"{name} {state}", stands)

    async def log_contact(self, summary: str) -> None:
        """Log a call with the first client."""
        now = self.ports.clock.now().isoformat(timespec="milliseconds")
        contact = LogContact(uuid.uuid4().hex, await self._first(), "phone", "out", summary, now)
        await self.ports.service.send(contact)

    async def see_contact(self, summary: str, *, pending: bool) -> None:
        """Wait until the one contact of that text stands so."""

        async def stands() -> bool:
            told = (await self.ports.clients.profile(await self._first())).contacts
            found = [one for one in told if one.summary == summary]
            assert len(found) <= 1, "the contact is there twice"
            return [one.pending for one in found] == [pending]

        await self.find(f"{summary} pending={pending}", stands)

    def _question(self) -> QMessageBox | None:
        return self.window.main.findChild(QMessageBox)

    async def _first(self) -> str:
        return (await self.find("客户", self._client)).client_id

    async def _client(self) -> ClientCard | None:
        """Somebody who can pay for the lot."""
        for card in (await self.ports.clients.find(CardQuery())).cards:
            profile = await self.ports.clients.profile(card.client_id)
            if profile.cash_cents > 20_000_000 and not profile.risk_expired:
                return card
        return None

    def _priced(self) -> Quote | None:
        quote = self.ports.market.quote(CODE)
        return quote if quote is not None and quote.ask_units else None


@asynccontextmanager
async def open_desk(places: Places) -> AsyncIterator[Manager]:
    """Open the desk of this home and close it, as the program does."""
    desk = Desk(
        places=places,
        settings=read_settings(places.settings),
        reporter=CrashReporter(places, "desk"),
    )
    try:
        assert await desk.open()
        manager = Manager(desk)
        manager.ports.books.look("e2e", CODE, "", DetailWatch())
        yield manager
    finally:
        await desk.close()


def at_desk(places: Places, work: Coroutine[Any, Any, Found]) -> Found:
    """Run ``work`` on a loop that carries Qt; a crash report in the home fails the test."""
    done = run_in_qt(work, CrashReporter(places, "desk"))
    reports = [file.read_text("utf-8") for file in places.logs.glob("crash-*")]
    assert not reports, "\n".join(reports)
    return done


def _draft(client_id: str, account: str, price_units: int) -> Instruction:
    return Instruction(
        instruction_id="",
        client_id=client_id,
        account=account,
        day="",
        symbol=CODE,
        side=Side.BUY,
        quantity=LOT,
        price_units=price_units,
        price_type=PriceType.LIMIT,
        channel=InstructionChannel.RECORDED_CALL,
        evidence_ref="REC-1",
        read_back=True,
        identity_checked=True,
        recorded_by="",
        recorded_at="",
    )
