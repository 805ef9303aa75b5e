"""The desk's loop: a click starts a task, the task's answer reaches the window."""

import asyncio

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QPushButton

from ui.bridge.loop import qt_loop
from ui.bridge.tasks import Tasks


def test_a_click_starts_work_and_its_answer_is_shown(qapp: QApplication) -> None:
    button = QPushButton("问")
    bugs: list[BaseException] = []
    tasks = Tasks(bugs.append)

    async def ask() -> str:
        await asyncio.sleep(0)
        return "答"

    button.clicked.connect(lambda: tasks.start(ask(), button.setText))

    async def desk() -> None:
        QTimer.singleShot(0, button, button.click)
        async with asyncio.timeout(5):
            while button.text() != "答":
                await asyncio.sleep(0.01)
        await tasks.wait_closed()

    with asyncio.Runner(loop_factory=lambda: qt_loop(qapp)) as runner:
        runner.run(desk())
    button.deleteLater()
    assert (button.text(), bugs) == ("答", [])
