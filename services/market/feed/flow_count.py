"""By which bounds the size of active orders is counted, and since when."""

from collections.abc import Sized

from services.market.kernel.book import Books


class FlowCount:
    """A session is counted by one set of bounds, ``limits``; () = it is not counted.

    Bounds that come late count from then on: ``since_ms`` is the newest record's time at that
    moment, 0 = everything was counted. Other bounds wait for the next session.
    """

    def __init__(self, limits: tuple[int, ...]) -> None:
        self._wanted = limits
        self.limits: tuple[int, ...] = ()
        self.since_ms = 0

    def begin(self, books: Books, opened: Sized) -> None:
        """Count in new books by the newest bounds; ``opened`` grows with each book."""
        self._books, self._opened = books, opened
        self.limits, self.since_ms = self._wanted, 0
        if self.limits:
            books.set_flow_limits(*self.limits)

    def change(self, limits: tuple[int, ...]) -> None:
        """Count by these as soon as it may be."""
        self._wanted = limits
        quotes = (self._books.quote(index) for index in range(len(self._opened)))
        newest_ms = max((quote.time_ms for quote in quotes), default=0)
        if not limits or (self.limits and newest_ms):
            return
        self.limits, self.since_ms = limits, newest_ms
        self._books.set_flow_limits(*limits)
