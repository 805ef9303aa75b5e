"""By which bounds the size of active orders is counted, and since when."""

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

    def begin(self, books: Books) -> None:
        """Count in new books by the newest bounds."""
        self.limits, self.since_ms = self._wanted, 0
        if self.limits:
            books.set_flow_limits(*self.limits)

    def change(self, limits: tuple[int, ...], books: Books, count: int) -> None:
        """Count by these as soon as it may be; ``books`` are ``count``."""
        self._wanted = limits
        newest_ms = max((books.quote(index).time_ms for index in range(count)), default=0)
        if not limits or (self.limits and newest_ms):
            return
        self.limits, self.since_ms = limits, newest_ms
        books.set_flow_limits(*limits)
