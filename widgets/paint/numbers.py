"""Numbers as text: prices by tick, 万 and 亿, signs with a real minus, times.

Whole-number arithmetic throughout; "—" stands where there is nothing to show.
"""

from datetime import date, datetime

from models.dates import MS_PER_MINUTE, MS_PER_SECOND
from models.money import CENTS_PER_YUAN, PRICE_UNITS_PER_YUAN

NOTHING = "—"
MINUS = "\N{MINUS SIGN}"
UP_MARK = "▲"
DOWN_MARK = "▼"
SHARES_PER_LOT = 100
WAN = 10_000
YI = 100_000_000


def grouped(value: int, unit: int, decimals: int) -> str:
    """Return ``value / unit`` with thousands commas, rounded half-up to ``decimals``."""
    scale = 10**decimals
    size = (abs(value) * scale * 2 + unit) // (2 * unit)
    whole, rest = divmod(size, scale)
    text = f"{whole:,}" + (f".{rest:0{decimals}d}" if decimals else "")
    return (MINUS if value < 0 and size else "") + text


def signed(text: str, value: int) -> str:
    """Put a plus before the text of a positive value that did not round to zero."""
    return f"+{text}" if value > 0 and any(sign in "123456789" for sign in text) else text


def price_text(units: int, decimals: int = 2) -> str:
    """Return a price; "—" for 0, which means no price."""
    return grouped(units, PRICE_UNITS_PER_YUAN, decimals) if units else NOTHING


def price_change_text(units: int, decimals: int = 2) -> str:
    """Return a price difference with its sign."""
    return signed(grouped(units, PRICE_UNITS_PER_YUAN, decimals), units)


def quantity_text(shares: int) -> str:
    """Return a number of shares."""
    return grouped(shares, 1, 0)


def lots_text(shares: int) -> str:
    """Return shares in lots of 100, rounded half-up, but never a zero for some shares."""
    if 0 < shares < SHARES_PER_LOT:
        return "<1"
    return grouped(shares, SHARES_PER_LOT, 0)


def compact_text(value: int, unit: int = 1) -> str:
    """Return ``value / unit`` in 亿 or 万 with up to two decimals, else whole."""
    size = abs(value)
    if size >= YI * unit:
        return grouped(value, YI * unit, 2) + "亿"
    if size >= WAN * unit:
        return grouped(value, WAN * unit, 1 if size >= 100 * WAN * unit else 2) + "万"
    return grouped(value, unit, 0)


def compact_money(cents: int) -> str:
    """Return money in 万 or 亿 yuan."""
    return compact_text(cents, CENTS_PER_YUAN)


def compact_change(cents: int) -> str:
    """Return a change of money in 万 or 亿 with its sign."""
    return signed(compact_money(cents), cents)


def money_text(cents: int) -> str:
    """Return money to the cent."""
    return grouped(cents, CENTS_PER_YUAN, 2)


def money_change_text(cents: int) -> str:
    """Return a change of money in whole yuan with its sign."""
    return signed(grouped(cents, CENTS_PER_YUAN, 0), cents)


def percent_text(basis_points: int) -> str:
    """Return hundredths of a percent with sign and two decimals."""
    return signed(grouped(basis_points, 100, 2), basis_points) + "%"


def share_text(permille: int) -> str:
    """Return permille as a percent with one decimal, without sign."""
    return grouped(permille, 10, 1) + "%"


def marked_percent(basis_points: int) -> str:
    """Return a percent led by ▲ or ▼, so that colour is never alone."""
    mark = change_mark(basis_points)
    return f"{mark} {percent_text(basis_points)}" if mark else percent_text(basis_points)


def change_mark(value: int) -> str:
    """Return ▲, ▼ or nothing."""
    if value > 0:
        return UP_MARK
    return DOWN_MARK if value < 0 else ""


def change_bp(now_units: int, before_units: int) -> int:
    """Return the change in hundredths of a percent, half-up; 0 when either price is unknown."""
    if not now_units or not before_units:
        return 0
    change = now_units - before_units
    size = (abs(change) * 20_000 + before_units) // (2 * before_units)
    return size if change > 0 else -size


def points_text(points_milli: int) -> str:
    """Return points, with decimals only where there are any."""
    decimals = 0 if points_milli % 1_000 == 0 else 3
    return grouped(points_milli, 1_000, decimals)


def clock_text(time_ms: int) -> str:
    """Return milliseconds of the day as HH:MM:SS."""
    minutes, rest = divmod(time_ms, MS_PER_MINUTE)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // MS_PER_SECOND:02d}"


def minute_text(minute: int) -> str:
    """Return a minute of the day as HH:MM."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def ago_text(moment: str, today: date) -> str:
    """Return how many days ago an ISO moment was, in words; "从未" for none."""
    if not moment:
        return "从未"
    days = (today - datetime.fromisoformat(moment).date()).days
    if days <= 0:
        return "今天"
    if days == 1:
        return "昨天"
    return f"{days}天前" if days < 365 else f"{days // 365}年前"


def decimals_of_tick(tick_units: int) -> int:
    """Return the decimals a price of this tick needs: 2 for 0.01, 3 for 0.001."""
    return 2 if tick_units % 100 == 0 else 3
