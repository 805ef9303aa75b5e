"""A real desk signs in by passphrase, locks, opens again, and begins anew over a damaged store."""

import asyncio

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from app.desk.desk import Desk
from app.frame.crash import CrashReporter
from app.frame.places import Places
from app.frame.settings import read_settings
from models.clients.card import CardQuery
from tests.e2e.desk_work import Manager, at_desk
from tests.e2e.home import fresh_home
from tests.support.waiting import until
from ui.shell.entry.sign_in_window import SignInWindow

TYPED = "[sign_in]\nautomatic = false\n"


def test_wrong_passphrase_is_told_then_the_right_one_opens_the_desk() -> None:
    with fresh_home(TYPED) as places:
        assert at_desk(places, _sign_in_at_the_second_try(places)) == 10
        assert at_desk(places, _sign_in_at_the_second_try(places)) == 10


def test_locked_desk_shows_nothing_and_opens_by_its_passphrase() -> None:
    with fresh_home() as places:
        before, locked, after = at_desk(places, _lock_and_open(places))
        assert before == after
        assert locked == ["SignInWindow"]


def test_damaged_store_is_set_aside_on_the_persons_word_and_fetched_anew() -> None:
    with fresh_home() as places:
        assert at_desk(places, _clients_of(places)) == 10
        store = places.store / "M001.db"
        store.write_bytes(b"x" * 8_192)
        assert at_desk(places, _begin_anew(places)) == 10
        (aside,) = places.store.glob("M001.damaged-*.db")
        assert aside.read_bytes() == b"x" * 8_192


def _desk(places: Places) -> Desk:
    settings = read_settings(places.settings)
    return Desk(places=places, settings=settings, reporter=CrashReporter(places, "desk"))


def _shown() -> list[QWidget]:
    return [one for one in QApplication.topLevelWidgets() if one.isVisible()]


def _sign_in_window() -> SignInWindow | None:
    return next((one for one in _shown() if isinstance(one, SignInWindow)), None)


def _type(window: SignInWindow, passphrase: str) -> None:
    _, field = window.findChildren(QLineEdit)
    field.setText(passphrase)
    QTest.keyClick(field, Qt.Key.Key_Return)


async def _count(desk: Desk) -> int:
    manager = Manager(desk)

    async def all_there() -> int | None:
        found = len((await manager.ports.clients.find(CardQuery())).cards)
        return found if found == 10 else None

    return await manager.find("客户", all_there)


async def _sign_in_at_the_second_try(places: Places) -> int:
    desk = _desk(places)
    opening = asyncio.create_task(desk.open())
    try:
        await until(_sign_in_window)
        window = _sign_in_window()
        assert window is not None
        _type(window, "guess")
        await until(lambda: "口令不对" in window.fault_text)
        assert _shown() == [window]
        _type(window, "demo")
        assert await opening
        return await _count(desk)
    finally:
        await desk.close()


async def _lock_and_open(places: Places) -> tuple[list[str], list[str], list[str]]:
    desk = _desk(places)
    try:
        assert await desk.open()
        await _count(desk)
        assert desk.window is not None
        before = _names()
        desk.window.main.actions_table.run("lock")
        await until(lambda: len(_shown()) == 1)
        locked = _names()
        window = _sign_in_window()
        assert window is not None
        desk.window.main.actions_table.run("help")
        await until(lambda: _names() == locked)
        _type(window, "guess")
        await until(lambda: "口令不对" in window.fault_text)
        _type(window, "demo")
        await until(lambda: desk.window is not None and desk.window.main.isVisible())
        for dialog in [one for one in _shown() if one is not desk.window.main]:
            dialog.close()
        return before, locked, _names()
    finally:
        await desk.close()


def _names() -> list[str]:
    return sorted(type(one).__name__ for one in _shown())


async def _clients_of(places: Places) -> int:
    desk = _desk(places)
    try:
        assert await desk.open()
        return await _count(desk)
    finally:
        await desk.close()


async def _begin_anew(places: Places) -> int:
    desk = _desk(places)
    opening = asyncio.create_task(desk.open())
    try:
        await until(lambda: desk.start_window.offers_to_go_on)
        assert "STORE_DAMAGED" in desk.start_window.failure_text
        desk.start_window.go_on.emit()
        assert await opening
        return await _count(desk)
    finally:
        await desk.close()
