"""The window with its pages, fed by the desk's services."""

import logging
from pathlib import Path

from app.desk.backends import Progress
from app.desk.local import LocalServices
from app.frame.crash import CrashReporter
from app.frame.places import Places
from models.errors import ExpectedFailure
from models.status import ChangeSet
from ui.bridge.changes import Changes
from ui.bridge.frame_timer import FrameTimer
from ui.pages.catalogue import Bridge, build_pages
from ui.shell.main_window import MainWindow
from ui.theme.theme import Theme


class DeskWindow:
    """Main window, pages and what keeps them fresh."""

    def __init__(
        self, theme: Theme, local: LocalServices, places: Places, reporter: CrashReporter
    ) -> None:
        self._local = local
        self._reporter = reporter
        self._told: set[str] = set()
        reporter.announce = self._crashed
        self.main = MainWindow(theme, local.ports.person, places.home / "layout.ini")
        self.frames = FrameTimer(self.main)
        self.changes = Changes(local.ports.changes, self.main)
        self.changes.changed.connect(self._changed)
        bridge = Bridge(self.frames, self._crash)
        self.pages = build_pages(local.ports, bridge, theme, self.main)
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
        self.changes.close()
        await self.pages.close()
        self.frames.stop()
        self.main.close()
        self.main.deleteLater()

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
