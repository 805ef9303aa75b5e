"""Takes the compiled kernel where it was built, else its Python twin, which says so."""

from collections.abc import Callable
from functools import partial

from services.market.kernel.book import Books
from services.market.kernel.twin import TwinBooks

try:
    from services.market.kernel.fast import FastBooks

    _QUICKEST: Callable[[], Books] = FastBooks
    _BEST_ONLY: Callable[[], Books] = partial(FastBooks, best_only=True)
except ImportError:  # no compiler on this machine: kernel_name tells the screen
    _QUICKEST = _BEST_ONLY = TwinBooks


def new_books() -> Books:
    """Return an empty set of books in the quickest kernel there is."""
    return _QUICKEST()


def new_bare_books() -> Books:
    """Return books that keep the best price of a side instead of ten levels, for the bench.

    What can be read of them is the same; the twin keeps no levels apart and stands for both.
    """
    return _BEST_ONLY()
