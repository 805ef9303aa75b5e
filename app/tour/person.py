"""Somebody at the keyboard: clicks, keys, and waiting for what the screen shows."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from models.errors import ExpectedFailure

Found = TypeVar("Found")

PATIENCE_S = 45.0
_LOOK_S = 0.05


class Person:
    """Acts through the window only; what he waits for never comes: TOUR_STUCK names it."""

    async def click(self, target: QWidget, at: QPoint | None = None) -> None:
        """Click the middle of a widget, or a point of it."""
        place = at if at is not None else target.rect().center()
        QTest.mouseClick(target, Qt.MouseButton.LeftButton, pos=place)
        await asyncio.sleep(_LOOK_S)

    async def type(self, text: str, into: QWidget) -> None:
        """Type into a field; Chinese comes from an input method."""
        into.setFocus()
        if text.isascii():
            QTest.keyClicks(into, text)
        else:
            event = QInputMethodEvent()
            event.setCommitString(text)
            QApplication.sendEvent(into, event)
        await asyncio.sleep(_LOOK_S)

    async def press(
        self,
        key: Qt.Key,
        on: QWidget | None = None,
        modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    ) -> None:
        """Press a key where the cursor is, or on a widget."""
        target = on or QApplication.focusWidget()
        if target is None:
            raise ExpectedFailure(f"按键 {key.name} 没有落点", "没有控件持有光标", "TOUR_NO_FOCUS")
        QTest.keyClick(target, key, modifiers)
        await asyncio.sleep(_LOOK_S)

    async def see(
        self, what: str, look: Callable[[], Found | None], patience_s: float = PATIENCE_S
    ) -> Found:
        """Wait until ``look`` finds something, and return it."""

        async def at_once() -> Found | None:
            return look()

        return await self.find(what, at_once, patience_s)

    async def find(
        self, what: str, look: Callable[[], Awaitable[Found | None]], patience_s: float = PATIENCE_S
    ) -> Found:
        """The same for something that has to be asked for."""
        loop = asyncio.get_running_loop()
        end = loop.time() + patience_s
        while loop.time() < end:
            found = await look()
            if found:
                return found
            await asyncio.sleep(_LOOK_S)
        raise ExpectedFailure(
            f"等了 {patience_s:.0f} 秒没有看到:{what}", "见输出目录里的图片", "TOUR_STUCK"
        )
