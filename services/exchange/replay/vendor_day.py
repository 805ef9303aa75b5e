"""What vendors' files say about their day beside the records: date, names, previous closes."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from models.errors import ExpectedFailure
from models.market.instrument import Board, Exchange, SecurityKind, SecurityStatus
from services.catalogue.securities import ListedSecurity, read_securities
from services.market.sources.codes import exchange_of_code, symbol_of_code
from services.market.sources.day import RecordedDay, day_files
from services.market.sources.tables import open_table
from services.market.sources.text import code_of_text, units_of_text

_DATE_IN_CELL = re.compile(r"(20\d\d)[./-](\d\d)[./-](\d\d)")
_DATE_IN_NAME = re.compile(r"(?<!\d)(20\d\d)(\d\d)(\d\d)(?!\d)")
_BOARDS = {"688": Board.STAR, "689": Board.STAR, "300": Board.CHINEXT, "301": Board.CHINEXT}
_KINDS = (
    ("508", SecurityKind.REIT),
    ("180", SecurityKind.REIT),
    ("5", SecurityKind.ETF),
    ("15", SecurityKind.ETF),
    ("16", SecurityKind.LOF),
    ("11", SecurityKind.CONVERTIBLE),
    ("12", SecurityKind.CONVERTIBLE),
)


@dataclass(frozen=True, slots=True)
class VendorDay:
    """``names`` by six-digit code, as far as the files give them."""

    trade_date: date
    names: dict[str, str]


def look_at_files(folder: Path, security: str, day: str) -> VendorDay:
    """Return what the first rows of a folder's files say; ``day`` (2023-02-01) overrules them.

    Raises ExpectedFailure IMPORT_DATE when nobody names the day, SOURCE_UNREADABLE.
    """
    dates: Counter[str] = Counter()
    names: dict[str, str] = {}
    for file, _ in day_files(folder, security, Counter()):
        with open_table(file, Counter()) as table:
            row = next(table.rows, [])
            names |= _name_of(table.layout.columns, file, row)
        dates.update("-".join(found) for cell in row for found in _DATE_IN_CELL.findall(cell))
    named = _DATE_IN_NAME.findall(folder.resolve().name)
    told = [day] if day else [*dates, *("-".join(parts) for parts in named)]
    return VendorDay(_date(told), names)


def security_of(code: str, names: dict[str, str]) -> ListedSecurity:
    """Return the security of a six-digit code: from the catalogue, else by its number."""
    symbol = symbol_of_code(code)
    listed = next((one for one in read_securities() if one.symbol == symbol), None)
    if listed is not None:
        return listed
    exchange = exchange_of_code(code)
    kind = next((kind for first, kind in _KINDS if code.startswith(first)), SecurityKind.STOCK)
    board = _BOARDS.get(code[:3], Board.BSE if exchange is Exchange.BSE else Board.MAIN)
    name = names.get(code, code)
    return ListedSecurity(symbol, name, exchange, board, kind, SecurityStatus.NORMAL, "", 0, 0)


def closes_of(day: RecordedDay, given: tuple[str, ...]) -> dict[str, int]:
    """Return previous closes by code: as given (``600761=20.50``), else from the snapshots.

    Raises ExpectedFailure IMPORT_CLOSE for one that cannot be read.
    """
    found = {
        code: snapshot.previous_close_units
        for code, snapshots in day.snapshots.items()
        for snapshot in reversed(snapshots)
        if snapshot.previous_close_units > 0
    }
    for text in given:
        code, price_units = _close(text)
        found[code] = price_units
    return found


def _close(text: str) -> tuple[str, int]:
    code, _, price = text.partition("=")
    try:
        found = code_of_text(code), units_of_text(price.strip())
        if found[1] <= 0:
            raise ValueError("a price is above 0")
    except ValueError as fault:
        raise ExpectedFailure(
            f"昨收「{text}」无法识别", "请写成 600761=20.50", "IMPORT_CLOSE"
        ) from fault
    return found


def _name_of(columns: dict[str, int], file: Path, row: list[str]) -> dict[str, str]:
    """Vendors that write a name have it in a column ``Symbol`` beside the code."""
    code_at = columns.get("code", -1)
    word = next((cell for cell in row if re.search(r"[一-鿿]", cell)), "")
    return {code_of_text(row[code_at]): word} if word and 0 <= code_at < len(row) else {}


def _date(told: list[str]) -> date:
    try:
        return date.fromisoformat(told[0])
    except (IndexError, ValueError) as fault:
        raise ExpectedFailure(
            "不知道这些行情文件是哪一天的", "请用 --date 2023-02-01 指明", "IMPORT_DATE"
        ) from fault
