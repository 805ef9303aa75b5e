"""What all readers share: the numbering of securities and the word for a row left out."""

from models.wire.feed import FLAG_SHANGHAI, KIND_PHASE, ORDER_NONE, SIDE_NONE
from services.market.feed.record import FeedRecord
from services.market.sources.codes import PHASE_CODES, symbol_of_code
from services.market.sources.text import units_of_text

_BY_SHARE = "0356"
_CENT_UNITS = 100
_FLOAT_NOISE = 1_000_000  # a vendor's binary float tells large money to so many parts


class SkippedRow(Exception):
    """A row that is no record; the message is the reason it is counted under."""


class Instruments:
    """Numbers securities in the order they are met, dense from 0."""

    def __init__(self) -> None:
        self._index: dict[str, int] = {}

    def index(self, code: str) -> int:
        """Return the number of a six-digit code, a new one at first sight."""
        return self._index.setdefault(code, len(self._index))

    @property
    def symbols(self) -> tuple[str, ...]:
        """All securities met, by number."""
        return tuple(symbol_of_code(code) for code in self._index)


def check_money(code: str, money: str, price_units: int, quantity: int) -> None:
    """Hold a trade to the money that its row tells: a digit that fell over is seen there.

    Stocks and funds only, others trade in other units; an empty or zero field tells nothing.
    Raises SkippedRow, ValueError for what is no number.
    """
    told = units_of_text(money)
    allowed = max(_CENT_UNITS, told // _FLOAT_NOISE)
    if told and code[0] in _BY_SHARE and abs(told - price_units * quantity) > allowed:
        raise SkippedRow("money_differs")


def phase_record(instrument: int, word: str, sequence: int, time_ms: int) -> FeedRecord:
    """Return the record of a status word; raises SkippedRow for a word nobody knows."""
    code = PHASE_CODES.get(word)
    if code is None:
        raise SkippedRow("unknown_status")
    return FeedRecord(
        kind=KIND_PHASE,
        side=SIDE_NONE,
        order=ORDER_NONE,
        flags=FLAG_SHANGHAI,
        instrument=instrument,
        order_id=0,
        other_id=0,
        quantity=0,
        sequence=sequence,
        price=code,
        time_ms=time_ms,
    )
