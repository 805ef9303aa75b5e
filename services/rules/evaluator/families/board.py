"""Which board a case speaks of."""

from models.market.instrument import Board, SecurityKind
from models.rules.basis.missing import MissingFact


def board_of(board: Board | None, kind: SecurityKind) -> Board:
    """Return the board; raises MissingFact where a stock has none, other kinds need none."""
    if board is None and kind is SecurityKind.STOCK:
        raise MissingFact("board")
    return board or Board.UNKNOWN
