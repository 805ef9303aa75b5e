"""What every widget is given to draw with: the present tokens, and the news that they changed."""

from PySide6.QtCore import QObject, Signal

from widgets.paint.inks import Inks
from widgets.paint.tokens import Tokens


class Look(QObject):
    """Holds the tokens in force; ``changed`` after another set was put on."""

    changed = Signal()

    def __init__(self, tokens: Tokens, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tokens = tokens
        self.inks = Inks()

    @property
    def tokens(self) -> Tokens:
        """The tokens in force."""
        return self._tokens

    def wear(self, tokens: Tokens) -> None:
        """Put on another set and tell everybody."""
        self._tokens = tokens
        self.inks.clear()
        self.changed.emit()
