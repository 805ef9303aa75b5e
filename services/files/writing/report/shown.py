"""A figure as a person reads it, and the format that shows it so in a workbook."""

from decimal import Decimal

from models.files.report.document import Cell, Kind

NOTHING = "—"
_MINUS = "\N{MINUS SIGN}"
# Fewest and most decimals that are shown; finer figures are never cut: their kind allows none.
_PLACES = {
    Kind.YUAN: (2, 2),
    Kind.PRICE: (2, 4),
    Kind.WHOLE: (0, 0),
    Kind.PERCENT: (2, 2),
    Kind.PERMILLE: (2, 4),
    Kind.POINTS: (0, 3),
}
FORMATS = {
    Kind.YUAN: "#,##0.00",
    Kind.PRICE: "#,##0.00##",
    Kind.WHOLE: "#,##0",
    Kind.PERCENT: "0.00",
    Kind.PERMILLE: "0.00##",
    Kind.POINTS: "#,##0.###",
}
FIGURES = frozenset(_PLACES)


def shown(kind: Kind, cell: Cell, places: int = 0) -> str:
    """Return the text of a cell; a figure has its thousands parted and a true minus.

    ``places``: at least so many decimals, so that the points of a column stand below each other.
    """
    if cell is None:
        return NOTHING
    if isinstance(cell, str) or kind not in _PLACES:
        return str(cell)
    text = f"{abs(Decimal(cell)):,.{max(places, places_of(kind, cell))}f}"
    return f"{_MINUS}{text}" if cell < 0 else text


def places_of(kind: Kind, cell: Cell) -> int:
    """Return how many decimals a figure needs."""
    if cell is None or isinstance(cell, str) or kind not in _PLACES:
        return 0
    fewest, most = _PLACES[kind]
    rest = f"{Decimal(cell):.{most}f}".partition(".")[2].rstrip("0")
    return max(fewest, len(rest))
