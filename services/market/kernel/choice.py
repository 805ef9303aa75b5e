"""Takes the compiled kernel where it was built, else its Python twin, which says so."""

from collections.abc import Callable

from services.market.kernel.book import Books
from services.market.kernel.twin import TwinBooks

try:
    from services.market.kernel.fast import FastBooks

    _QUICKEST: Callable[[], Books] = FastBooks
except ImportError:  # no compiler on this machine: kernel_name tells the screen
    _QUICKEST = TwinBooks


def new_books() -> Books:
    """Return an empty set of books in the quickest kernel there is."""
    return _QUICKEST()
