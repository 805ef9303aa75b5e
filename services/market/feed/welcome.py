"""Which announced securities can have a book: a bad one is left out, it must not harm the rest."""

from collections.abc import Iterable

from models.wire.exchange import FeedInstrument

MOST_INSTRUMENTS = 1 << 17
_CHANNELS = 1 << 16
_LARGEST_PRICE = (1 << 31) - 1


def sound_instruments(announced: Iterable[FeedInstrument]) -> tuple[FeedInstrument, ...]:
    """Return them by index, each index and symbol once, with numbers that fit the wire."""
    found: dict[int, FeedInstrument] = {}
    symbols: set[str] = set()
    for one in announced:
        if one.index not in found and one.symbol not in symbols and _fits(one):
            found[one.index] = one
            symbols.add(one.symbol)
    return tuple(found[index] for index in sorted(found))


def _fits(one: FeedInstrument) -> bool:
    prices = (one.previous_close_units, one.limit_up_units, one.limit_down_units)
    return (
        0 <= one.index < MOST_INSTRUMENTS
        and 0 <= one.channel < _CHANNELS
        and all(0 <= price <= _LARGEST_PRICE for price in prices)
    )
