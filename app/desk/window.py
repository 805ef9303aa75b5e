"""The window with its pages, fed by the desk's services."""

import logging
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.desk.backends import Progress
from app.desk.local import LocalServices
from app.frame.crash import CrashReporter
from app.frame.places import Places
from models.errors import ExpectedFailure
from models.status import ChangeSet
from models.trading.order import FINAL_STATES, Order
from ui.bridge.changes import Changes
from ui.bridge.frame_timer import FrameTimer
from ui.bridge.tasks import Tasks
from ui.pages.catalogue import Bridge, build_pages
from ui.shell.main_window import MainWindow
from ui.theme.theme import Theme


class DeskWindow(QObject):
    """Main window, pages and what keeps them fresh."""

    left = Signal(bool)  # the person is gone; True = orders are working: all else goes on

    def __init__(
        self, theme: Theme, local: LocalServices, places: Places, reporter: CrashReporter
    ) -> None:
        super().__init__()
        self._local = local
        self._reporter = reporter
        self._told: set[str] = set()
        reporter.announce = self._crashed
        self.main = MainWindow(theme, local.ports.person, places.home / "layout.ini")
        self.frames = FrameTimer(self.main)
        local.ports.market.tell_moves_to(self.frames.hurry)
        self.changes = Changes(local.ports.changes, self.main)
        self.changes.changed.connect(self._changed)
        bridge = Bridge(self.frames, self._crash)
        self.tasks = Tasks(self._crash, self.main)
        self.tasks.failed.connect(self.main.notices.tell_failure)
        self.pages = build_pages(local.ports, bridge, theme, self.main)
        self.main.asks_before_closing = True
        self.main.close_asked.connect(self._ask_to_close)
        self.main.settle_layout()
        self.main.show_status(local.ports.board.status())

    def show(self, failures: list[ExpectedFailure]) -> None:
        """Open the window and say what could not be started."""
        self.main.show()
        for failure in failures:
            self.main.notices.tell_failure(failure)

    def tell_progress(self, progress: Progress) -> None:
        """Say what happens to the processes behind the window."""
        if progress.failed:
            self.main.notices.tell_failure(
                ExpectedFailure(
                    progress.text, "工作站会自动重试,未完成的工作不会丢失", "PROCESS_DIED"
                )
            )

    async def close(self) -> None:
        """Stop what the window started, then let it go."""
        self._reporter.announce = None
        self._local.ports.market.tell_moves_to(None)
        self.changes.close()
        await self.pages.close()
        await self.tasks.wait_closed()
        self.frames.stop()
        self.main.close_now()
        self.main.deleteLater()

    def _ask_to_close(self) -> None:
        self.tasks.start(self._local.ports.orders.orders(), self._close_or_ask, name="close")

    def _close_or_ask(self, orders: tuple[Order, ...]) -> None:
        working = sum(order.state not in FINAL_STATES for order in orders)
        if not working:
            self.left.emit(False)
            return
        self.main.ask(
            "关闭工作站",
            f"还有 {working} 笔委托未完成。关闭窗口不会撤单:引擎与交易所继续运行,"
            "下次打开工作站会接回全部委托与成交。",
            "关闭窗口",
            lambda: self.left.emit(True),
        )

    def _changed(self, change: ChangeSet) -> None:
        if change.status or change.whole:
            self.main.show_status(self._local.ports.board.status())

    def _crash(self, bug: BaseException) -> None:
        self._reporter.report(bug)

    def _crashed(self, file: Path, bug: BaseException) -> None:
        logging.getLogger("desk").error("%s told to the person", type(bug).__name__)
        self.main.notices.tell_failure(
            ExpectedFailure(
                "程序出错,本次操作没有完成",
                f"请把报告交给技术支持:{file}",
                "PROGRAM_ERROR",
            )
        )
