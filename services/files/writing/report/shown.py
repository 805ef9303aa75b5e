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


def shown(kind: Kind, cell: Cell) -> str:
    """Return the text of a cell; a figure has its thousands parted and a true minus."""
    if cell is None:
        return NOTHING
    if isinstance(cell, str) or kind not in _PLACES:
        return str(cell)
    fewest, most = _PLACES[kind]
    text = f"{abs(Decimal(cell)):,.{most}f}"
    if most > fewest:
        whole, _, rest = text.partition(".")
        kept = rest.rstrip("0").ljust(fewest, "0")
        text = f"{whole}.{kept}" if kept else whole
    return f"{_MINUS}{text}" if cell < 0 else text
