"""The pages together in the window: ways from one to another, actions, a clean end."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.support.fake_ports import FakeDesk, fake_desk
from ui.bridge.frame_timer import FrameTimer
from ui.pages.catalogue import Bridge, build_pages
from ui.pages.walk import Pages
from ui.shell.main_window import MainWindow
from ui.theme.theme import Theme


@dataclass(frozen=True, slots=True)
class House:
    """Window, pages, fakes, and the bugs that reached the crash hook."""

    window: MainWindow
    pages: Pages
    desk: FakeDesk
    bugs: list[BaseException]


async def settle() -> None:
    """Let the started work finish: the fakes answer within a few turns of the loop."""
    for _ in range(10):
        await asyncio.sleep(0)


@pytest.fixture(scope="module")
def worn(qapp: QApplication) -> Iterator[Theme]:
    """One theme for all tests here (dressing costs a second), taken off at the end."""
    made = Theme(qapp)
    yield made
    qapp.setStyleSheet("")
    made.deleteLater()


@pytest.fixture
async def house(qtbot: QtBot, worn: Theme) -> AsyncIterator[House]:
    """The window with all pages, open on the cards."""
    desk, frames = fake_desk(30), FrameTimer()
    bugs: list[BaseException] = []
    window = MainWindow(worn, desk.ports.person)
    qtbot.addWidget(window)
    pages = build_pages(desk.ports, Bridge(frames, bugs.append), worn, window)
    window.resize(1_366, 768)
    window.show()
    await settle()
    yield House(window, pages, desk, bugs)
    await pages.close()
    frames.stop()
    window.close_now()
    assert bugs == []


async def test_a_card_opens_the_client_page(house: House) -> None:
    client_id = house.pages.clients.presenter.cards[0].client_id
    house.pages.clients.open_client.emit(client_id)
    await settle()
    assert house.window.current_page() == "client"
    profile = house.pages.client.presenter.profile
    assert profile is not None and profile.card.client_id == client_id


async def test_an_alert_leads_to_a_ticket_for_its_client_and_security(house: House) -> None:
    house.window.open_page("alerts")
    await settle()
    alert = house.pages.alerts.presenter.shown()[0]
    house.window.actions_table.run("client.trade")
    await settle()
    draft = house.pages.trading.presenter.draft
    assert house.window.current_page() == "trading"
    assert draft.client is not None and draft.client.client_id == alert.client_id
    assert draft.symbol == alert.symbol


async def test_the_ticket_leads_to_the_instruction_form_of_its_client(house: House) -> None:
    house.pages.clients.trade.emit("C00003", "")
    await settle()
    house.pages.trading.ticket.instruction_wanted.emit()
    await settle()
    assert house.window.current_page() == "client"
    assert house.pages.client.instruction.isVisible()


async def test_f3_opens_the_open_orders_with_the_client_chosen(house: House) -> None:
    house.window.open_page("monitor")
    await settle()
    owner = next(
        line.order.client_id for line in house.pages.monitor.presenter.lines if line.is_open
    )
    house.pages.clients.open_client.emit(owner)
    await settle()
    house.window.actions_table.run("orders.cancel")
    await settle()
    assert house.window.current_page() == "monitor"
    assert house.pages.monitor.client_id() == owner
    assert house.desk.orders.cancelled == []


async def test_a_failure_becomes_a_notice_with_its_code(house: House) -> None:
    house.pages.clients.open_client.emit("C99999")
    await settle()
    assert [notice.code for notice in house.window.notices.notices()] == ["CLIENT_NOT_FOUND"]


async def test_the_palette_finds_clients_and_securities(house: House) -> None:
    opened: list[str] = []
    palette = house.window.palette_box
    palette.open("gzmt")
    await settle()
    palette.chosen.connect(lambda _group, key: opened.append(key))
    palette.chosen.emit("securities", "600519.SH")
    await settle()
    assert opened == ["600519.SH"]
    assert house.pages.trading.presenter.draft.symbol == "600519.SH"


async def test_closed_pages_hear_nothing_more(house: House) -> None:
    await house.pages.close()
    assert house.desk.changes.listeners == []
    assert [tasks.count() for tasks in house.pages.tasks] == [0] * len(house.pages.tasks)
