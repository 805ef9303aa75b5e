"""Long work upon the loop, a little at a time: thousands at once must not hold up the screen."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import TypeVar

T = TypeVar("T")

_AT_ONCE = 50


async def by_turns(items: Iterable[T]) -> AsyncIterator[T]:
    """Yield every item; after each fifty whatever else waits has its turn.

    Things may change meanwhile: the items are those of the beginning.
    """
    for place, item in enumerate(tuple(items), 1):
        yield item
        if not place % _AT_ONCE:
            await asyncio.sleep(0)
