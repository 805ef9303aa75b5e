"""Text labels by use; the style sheet gives them size and colour."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

TONES = ("", "muted", "rise", "fall", "warn", "accent")


def caption(text: str = "", parent: QWidget | None = None) -> QLabel:
    """A small quiet label."""
    return label(text, "caption", parent)


def body(text: str = "", parent: QWidget | None = None) -> QLabel:
    """Plain text that wraps."""
    made = label(text, "body", parent)
    made.setWordWrap(True)
    return made


def number(text: str = "", parent: QWidget | None = None) -> QLabel:
    """A right-aligned number."""
    made = label(text, "number", parent)
    made.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return made


def heading(text: str = "", parent: QWidget | None = None) -> QLabel:
    """A heading of a panel or a group."""
    return label(text, "heading", parent)


def label(text: str, style: str, parent: QWidget | None = None) -> QLabel:
    """A label of a named style: caption, body, number, heading, name, assets, last."""
    made = QLabel(text, parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("textStyle", style)
    return made


def set_tone(target: QWidget, tone: str) -> None:
    """Give a label a tone: "" plain, muted, rise, fall, warn, accent."""
    if target.property("tone") == tone:
        return
    target.setProperty("tone", tone)
    target.style().unpolish(target)
    target.style().polish(target)


def change_tone(value: int) -> str:
    """Return the tone of a change."""
    if value > 0:
        return "rise"
    return "fall" if value < 0 else ""
