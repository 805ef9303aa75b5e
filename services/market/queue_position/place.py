"""Puts an own order into its queue: exact place from the book, time from the model."""

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from models.market.instrument import Phase
from models.market.own_place import OwnPlace, PlaceCertainty, QueueDoubt
from models.trading.order import Side
from models.wire.feed import PHASES
from services.market.kernel.book import BUY, BarRow, Books, QuoteFacts, Standing
from services.market.pictures import phase_of_time
from services.market.queue_position.estimate import MODEL, Wait, expected_ms, filled_permille
from services.market.queue_position.flow import CLOSING_CALL_MS, Flow, flow_of, trading_ms

_DAY_TRADING_MS = trading_ms(CLOSING_CALL_MS)
_SIDES = (Side.BUY, Side.SELL)


@dataclass(frozen=True, slots=True)
class OwnOrder:
    """What is known of an order without the book; ``order_ids`` are those that may be ours."""

    name: str
    side: Side
    price_units: int
    left: int
    order_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Moment:
    """When the book is looked at; ``bars`` are the minute bars of the day so far."""

    time_ms: int
    bars: Sequence[BarRow]


def placed(books: Books, index: int, order: OwnOrder) -> tuple[OwnPlace, Standing | None]:
    """Return where the order stands, without a time, and the standing furthest back."""
    found = [books.standing(index, order_id) for order_id in order.order_ids]
    standings = sorted(
        (one for one in found if one is not None and _fits(one, order)), key=lambda one: one.ahead
    )
    if not standings:
        return unplaced(order, QueueDoubt.NOT_IN_BOOK), None
    first, last = standings[0], standings[-1]
    certainty = PlaceCertainty.EXACT if len(standings) == 1 else PlaceCertainty.RANGE
    place = OwnPlace(
        order.name,
        order.side,
        order.price_units,
        last.left,
        certainty,
        ahead=first.ahead,
        ahead_most=last.ahead,
        orders_ahead=first.orders_ahead,
        orders_ahead_most=last.orders_ahead,
        behind=last.behind,
        orders_behind=last.orders_behind,
        better=last.better,
        model=MODEL,
    )
    return place, last


def unplaced(order: OwnOrder, doubt: QueueDoubt) -> OwnPlace:
    """Return an order of which no place can be told, and why."""
    nowhere = PlaceCertainty.NONE
    return OwnPlace(
        order.name, order.side, order.price_units, order.left, nowhere, doubt=doubt, model=MODEL
    )


def estimated(books: Books, index: int, order: OwnOrder, moment: Moment) -> OwnPlace:
    """Return place and time of an order in a book that may be believed.

    The time is that of the place furthest back where only a range is known.
    """
    place, standing = placed(books, index, order)
    if standing is None:
        return place
    quote = books.quote(index)
    flow = flow_of(moment.bars, moment.time_ms)
    doubt = _doubt_before(quote, flow, moment.time_ms)
    if doubt is not QueueDoubt.NONE or flow is None:
        return replace(place, doubt=doubt)
    return timed(place, wait_of(standing, quote), flow, moment.time_ms)


def timed(place: OwnPlace, wait: Wait, flow: Flow, time_ms: int) -> OwnPlace:
    """Return the place with its time; one beyond the close is not told, its chances are."""
    expected = expected_ms(wait, flow)
    if not expected:
        return replace(place, doubt=QueueDoubt.NO_TRADES)
    chances = filled_permille(expected)
    if expected > _DAY_TRADING_MS - trading_ms(time_ms):
        return replace(place, filled_permille=chances, doubt=QueueDoubt.BEYOND_CLOSE)
    return replace(place, expected_ms=expected, filled_permille=chances)


def wait_of(standing: Standing, quote: QuoteFacts) -> Wait:
    """Return what lies before a fill; where a side is empty the own best is the middle."""
    front = standing.better + standing.ahead + standing.left
    twice_middle = quote.bid + quote.ask
    if not quote.bid or not quote.ask:
        twice_middle *= 2
    distance = twice_middle - 2 * standing.price
    return Wait(front, distance if standing.side == BUY else -distance)


def _fits(standing: Standing, order: OwnOrder) -> bool:
    return _SIDES[standing.side] is order.side and standing.price == order.price_units


def _doubt_before(quote: QuoteFacts, flow: Flow | None, time_ms: int) -> QueueDoubt:
    phase = phase_of_time(time_ms) if quote.phase < 0 else PHASES[quote.phase]
    if phase is not Phase.CONTINUOUS:
        return QueueDoubt.PHASE
    return QueueDoubt.EARLY if flow is None else QueueDoubt.NONE
