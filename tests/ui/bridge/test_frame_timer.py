"""Frames: for visible panels only, none when nobody looks."""

from PySide6.QtWidgets import QWidget
from pytest import MonkeyPatch
from pytestqt.qtbot import QtBot

from ui.bridge import frame_timer
from ui.bridge.frame_timer import FrameTimer


def make(qtbot: QtBot) -> tuple[FrameTimer, QWidget, list[str]]:
    frames, panel, calls = FrameTimer(frame_ms=1), QWidget(), list[str]()
    qtbot.addWidget(panel)
    frames.attach(panel, lambda: calls.append("frame"))
    return frames, panel, calls


def test_frames_come_only_while_the_panel_is_visible(qtbot: QtBot) -> None:
    frames, panel, calls = make(qtbot)
    assert not frames.is_running()
    panel.show()
    assert calls == ["frame"]  # at once: what appears is not stale
    qtbot.waitUntil(lambda: len(calls) > 3)
    panel.hide()
    assert not frames.is_running()


def test_a_hidden_panel_is_not_called_for_another(qtbot: QtBot) -> None:
    frames, panel, calls = make(qtbot)
    other, others = QWidget(), list[str]()
    qtbot.addWidget(other)
    frames.attach(other, lambda: others.append("frame"))
    other.show()
    qtbot.waitUntil(lambda: len(others) > 3)
    assert calls == []
    frames.stop()
    assert not frames.is_running()


def test_a_panel_that_dies_ends_its_frames(qtbot: QtBot) -> None:
    frames, calls = FrameTimer(frame_ms=1), list[str]()
    panel = QWidget()
    frames.attach(panel, lambda: calls.append("frame"))
    panel.show()
    panel.deleteLater()
    qtbot.waitUntil(lambda: not frames.is_running())


def test_detached_panels_get_no_frame(qtbot: QtBot) -> None:
    frames, panel, calls = make(qtbot)
    frames.detach(panel)
    panel.show()
    assert (calls, frames.is_running()) == ([], False)


def test_who_hurries_gets_a_frame_before_the_quiet_turn(qtbot: QtBot) -> None:
    frames, panel, calls = FrameTimer(frame_ms=3_600_000), QWidget(), list[str]()
    qtbot.addWidget(panel)
    frames.attach(panel, lambda: calls.append("frame"))
    frames.hurry()  # nobody looks: nothing to hurry for
    panel.show()
    assert calls == ["frame"]
    for _ in range(3):
        frames.hurry()  # what comes together is one frame
    qtbot.waitUntil(lambda: len(calls) == 2)
    frames.hurry()
    qtbot.waitUntil(lambda: len(calls) == 3)
    frames.stop()


def test_who_hurries_after_a_pause_gets_the_frame_at_once_and_no_failure_of_a_panel(
    qtbot: QtBot, monkeypatch: MonkeyPatch
) -> None:
    monkeypatch.setattr(frame_timer, "LEAST_MS", 0)
    frames, panel, calls = FrameTimer(frame_ms=3_600_000), QWidget(), list[str]()
    qtbot.addWidget(panel)
    panel.show()

    def fail() -> None:
        calls.append("frame")
        raise ValueError

    frames.attach(panel, fail)
    with qtbot.captureExceptions() as told:
        frames.hurry()
    assert (calls, [kind for kind, *_ in told]) == (["frame"], [ValueError])
    frames.stop()


def test_slow_panels_have_turns_of_their_own(qtbot: QtBot) -> None:
    frames, panel, calls = FrameTimer(frame_ms=3_600_000), QWidget(), list[str]()
    qtbot.addWidget(panel)
    frames.attach_slow(panel, lambda: calls.append("turn"))
    panel.show()
    frames.hurry()
    panel.hide()
    panel.show()
    assert calls == ["turn"]  # at once, but not each time it comes and goes
    qtbot.waitUntil(lambda: len(calls) == 2)
    panel.hide()
    assert not frames.is_running()


def test_a_slow_turn_follows_the_next_frame(qtbot: QtBot) -> None:
    frames, panel, calls = FrameTimer(frame_ms=400), QWidget(), list[str]()
    qtbot.addWidget(panel)
    frames.attach_slow(panel, lambda: calls.append("turn"))
    frames.attach(panel, lambda: calls.append("frame"))
    panel.show()
    qtbot.waitUntil(lambda: len(calls) >= 4)
    frames.stop()
    assert calls[2:4] == ["frame", "turn"]  # its time came before the frame did
