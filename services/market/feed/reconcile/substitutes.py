"""Which securities are shown by the exchange's snapshot because their own book is held or marked.

A watched picture is painted anew when its book changes; a held book does not change. So every
picture that a new snapshot changes gets a number, and a screen asks what came after its last one.
"""

from collections.abc import Collection

from services.market.feed.reconcile.reconciler import Kept, Reconciler
from services.market.kernel.book import Books


class Substitutes:
    """Pictures in place of books, for one session."""

    def __init__(self, books: Books, reconciler: Reconciler) -> None:
        self._books = books
        self._reconciler = reconciler
        self._marked: frozenset[int] = frozenset()
        self._touched: dict[int, int] = {}
        self.last_touch = 0

    def mark(self) -> None:
        """Look for books that their stream or a snapshot contradicts; call about once a second."""
        self._marked = frozenset((*self._books.faulty_books(), *self._reconciler.faults))

    def is_marked(self, index: int) -> bool:
        """Whether the book was marked when last looked for."""
        return index in self._marked

    def touch(self, indices: Collection[int]) -> None:
        """Their pictures changed without their books."""
        for index in indices:
            self.last_touch += 1
            self._touched[index] = self.last_touch

    def touched_since(self, touch: int) -> frozenset[int]:
        """Return the securities whose pictures changed after a number."""
        if touch >= self.last_touch:
            return frozenset()
        return frozenset(index for index, number in self._touched.items() if number > touch)

    def of_marked(self, index: int) -> Kept | None:
        """Return the picture for a book that is wrong for good: the newest there is."""
        return self._reconciler.newest.get(index)

    def of_held(self, index: int, channel: int) -> Kept | None:
        """Return the picture for a book that stands still, None when the book is no older."""
        kept = self._reconciler.newest.get(index)
        if kept is None:
            return None
        if kept.sequence:
            is_newer = kept.sequence > self._books.channel_facts(channel).last_sequence
        else:
            is_newer = kept.snapshot.time_ms > self._books.facts(index).time_ms
        return kept if is_newer else None
