"""The theme in force: dark or light, rise red or green; one for the application."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from ui.theme.fonts import load_fonts
from ui.theme.palette import qt_palette, style_sheet
from widgets.paint.look import Look
from widgets.paint.tokens import Tokens, dark_tokens, light_tokens, with_green_rise

DARK, LIGHT = "dark", "light"
RED, GREEN = "red", "green"


class Theme(QObject):
    """Dresses the application; ``look`` is what widgets draw with."""

    changed = Signal()

    def __init__(self, application: QApplication, name: str = DARK, rise: str = RED) -> None:
        super().__init__(application)
        self._application = application
        self._name = name
        self._rise = rise
        load_fonts(application)
        application.setStyle("Fusion")
        self.look = Look(self._tokens(), self)
        self._dress()

    @property
    def name(self) -> str:
        """``dark`` or ``light``."""
        return self._name

    @property
    def rise(self) -> str:
        """``red`` (China) or ``green``."""
        return self._rise

    def wear(self, name: str, rise: str) -> None:
        """Put on a theme and a rise colour; nothing happens when they are on already."""
        if (name, rise) == (self._name, self._rise):
            return
        self._name, self._rise = name, rise
        self._dress()
        self.look.wear(self._tokens())
        self.changed.emit()

    def switch_theme(self) -> None:
        """Dark becomes light, light becomes dark."""
        self.wear(LIGHT if self._name == DARK else DARK, self._rise)

    def switch_rise(self) -> None:
        """Red up becomes green up, and back."""
        self.wear(self._name, GREEN if self._rise == RED else RED)

    def _tokens(self) -> Tokens:
        tokens = light_tokens() if self._name == LIGHT else dark_tokens()
        return with_green_rise(tokens) if self._rise == GREEN else tokens

    def _dress(self) -> None:
        tokens = self._tokens()
        self._application.setPalette(qt_palette(tokens))
        self._application.setStyleSheet(style_sheet(tokens))
