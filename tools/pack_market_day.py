"""Packs a recorded Shanghai day small: the orders and cancels that came in, for the exchange.

``python tools/pack_market_day.py DIR CODE DATE PREVIOUS_CLOSE OUT`` reads the two-stream files in
DIR, infers the incoming orders (see services.exchange.recorded.inference), proves that the matching
engine makes the exchange's own trades of them, and writes ``OUT/CODE_DATE.day.zst``.
"""

import hashlib
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

from models.money import price_units
from services.exchange.recorded.day_file import MarketDay, pack_day
from services.exchange.recorded.proof import prove_day, steps_of_folder
from services.exchange.recorded.rows import rows_of

TICK_UNITS = 100


def main(words: list[str]) -> int:
    """Pack one day; exit status 1 when the engine does not reproduce it."""
    folder, code, day_text, previous, out = words
    report = prove_day(Path(folder), code)
    if not report.is_equal:
        print(f"not packed, the engine differs: {report.first_difference}", file=sys.stderr)
        return 1
    day = date.fromisoformat(day_text)
    steps = steps_of_folder(Path(folder), code).steps
    rows = list(rows_of(steps))
    packed = pack_day(
        MarketDay(f"{code}.SH", day, price_units(Decimal(previous)), TICK_UNITS, rows)
    )
    target = Path(out) / f"{code}_{day:%Y%m%d}.day.zst"
    target.write_bytes(packed)
    print(f"{target.name}: {len(rows)} rows, {len(packed)} bytes")
    print(f"sha256 {hashlib.sha256(packed).hexdigest()}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
