"""Builds pages over the fakes: work answers at once, nothing needs a running loop."""

from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from tests.support.fake_ports import FakeDesk, fake_desk
from tests.support.fake_tasks import FakeTasks
from ui.bridge.frame_timer import FrameTimer
from ui.pages.parts.kit import PageKit
from widgets.paint.look import Look
from widgets.paint.tokens import dark_tokens


@dataclass(frozen=True, slots=True)
class Stage:
    """A desk of fakes and the kit that pages are built with."""

    desk: FakeDesk
    tasks: FakeTasks
    kit: PageKit

    def wind_down(self) -> None:
        """Stop the frame timer."""
        self.kit.frames.stop()


def stage(count: int = 30) -> Stage:
    """Return a desk of ``count`` clients with what a page needs."""
    desk, tasks = fake_desk(count), FakeTasks()
    return Stage(desk, tasks, PageKit(desk.ports, tasks, FrameTimer(), Look(dark_tokens())))


def shown(page: QWidget, width: int = 1_300, height: int = 700) -> None:
    """Put a page on the screen."""
    page.resize(width, height)
    page.show()
