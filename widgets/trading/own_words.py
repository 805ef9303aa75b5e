"""What a person reads of an own order's place in its queue."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication

from models.market.own_place import HORIZONS_MS, OwnPlace, PlaceCertainty, QueueDoubt
from models.trading.order import Side
from widgets.paint.numbers import price_text, quantity_text, share_text

Quantity = Callable[[int], str]

_MS_PER_SECOND, _MS_PER_MINUTE = 1_000, 60_000
_SECONDS_TILL_MS = 90_000
_MINUTES_TILL_MS = 90 * _MS_PER_MINUTE

DOUBTS: dict[QueueDoubt, str] = {
    QueueDoubt.NONE: "",
    QueueDoubt.HELD: "主机暂存,尚未入盘",
    QueueDoubt.NOT_IN_BOOK: "盘口中未见该委托",
    QueueDoubt.FEED: "行情不可信,不估",
    QueueDoubt.PHASE: "非连续竞价,不估",
    QueueDoubt.EARLY: "开盘不足一分钟,不估",
    QueueDoubt.NO_TRADES: "近 5 分钟无成交,不估",
    QueueDoubt.BEYOND_CLOSE: "收盘前难成",
}
_NO_PLACE = "未见"
_BRIEF = {QueueDoubt.BEYOND_CLOSE: "难成"}
_MODELS = {
    "queue-2": "2.4 ×(前方与本笔股数 ÷ 近 5 分钟成交速率的一半)"
    "+ 2.2 × 价格走到此处所需时间(近 30 分钟波幅)",
}


def time_text(expected_ms: int) -> str:
    """Return 约 40 秒, 约 3 分钟 or 约 2 小时; "" for 0. Never more exact than it is."""
    if not expected_ms:
        return ""
    if expected_ms < _SECONDS_TILL_MS:
        seconds = max(1, (expected_ms + _MS_PER_SECOND // 2) // _MS_PER_SECOND)
        return f"约{seconds if seconds < 20 else (seconds + 2) // 5 * 5}秒"
    if expected_ms < _MINUTES_TILL_MS:
        return f"约{(expected_ms + _MS_PER_MINUTE // 2) // _MS_PER_MINUTE}分"
    return f"约{(expected_ms + 30 * _MS_PER_MINUTE) // (60 * _MS_PER_MINUTE)}小时"


def ahead_text(place: OwnPlace, quantity: Quantity) -> str:
    """Return 前 1,200, or a range where the order is not found for sure; "" when not placed."""
    if not place.is_placed:
        return ""
    if place.certainty is PlaceCertainty.EXACT:
        return f"前{quantity(place.ahead)}"
    return f"前{quantity(place.ahead)}–{quantity(place.ahead_most)}"


def mark_texts(place: OwnPlace, quantity: Quantity) -> tuple[str, ...]:
    """Return the words on a level, the longest first: the first that fits is drawn."""
    ahead = ahead_text(place, quantity)
    when = time_text(place.expected_ms) or _BRIEF.get(place.doubt, "")
    if not ahead:
        return DOUBTS[place.doubt].split(",")[0], _NO_PLACE
    behind = f"后{quantity(place.behind)}"
    least = ahead if place.certainty is PlaceCertainty.EXACT else f"前≤{quantity(place.ahead_most)}"
    texts = (f"{ahead} {behind} {when}", f"{ahead} {when}", ahead, least)
    return tuple(dict.fromkeys(text.strip() for text in texts))


def line_text(place: OwnPlace, quantity: Quantity, decimals: int) -> str:
    """Return one line about an own order: what it is, where it stands, when it may be filled."""
    side = "买" if place.side is Side.BUY else "卖"
    head = f"{side} {price_text(place.price_units, decimals)} × {quantity(place.left)}"
    when = time_text(place.expected_ms) or DOUBTS[place.doubt]
    if not place.is_placed:
        return f"{head}  {when}"
    return f"{head}  {ahead_text(place, quantity)} 后{quantity(place.behind)}  {when}"


def tip_text(places: tuple[OwnPlace, ...], decimals: int) -> str:
    """Return all that is known of own orders, in shares, with the model's name and its grounds."""
    parts = [_tip_of(place, decimals) for place in places]
    models = dict.fromkeys(place.model for place in places if place.model)
    grounds = [f"模型 {model}:{_MODELS[model]}" for model in models if model in _MODELS]
    notes = [_translate("按真实回放校准;时间只计连续竞价,午休与集合竞价不计")] if grounds else []
    return "\n".join([*parts, *grounds, *notes])


def _tip_of(place: OwnPlace, decimals: int) -> str:
    lines = [_translate("我的委托 {0}").format(line_text(place, quantity_text, decimals))]
    if place.is_placed:
        lines.append(
            f"前方 {_between(place.ahead, place.ahead_most)} 股"
            f"({_between(place.orders_ahead, place.orders_ahead_most)} 笔),"
            f"后方 {quantity_text(place.behind)} 股({place.orders_behind} 笔),"
            f"更优价位 {quantity_text(place.better)} 股"
        )
    if place.certainty is PlaceCertainty.RANGE:
        lines.append("有多笔委托与本笔相符,只知范围;时间按最后一位估")
    if place.expected_ms:
        lines.append(f"{time_text(place.expected_ms)}:同样处境的委托约半数在此之前全部成交")
    if place.filled_permille:
        chances = zip(HORIZONS_MS, place.filled_permille, strict=True)
        lines.append(
            ",".join(
                f"{horizon // _MS_PER_MINUTE} 分钟内成交 {share_text(chance)}"
                for horizon, chance in chances
            )
        )
    return "\n".join(lines)


def _between(least: int, most: int) -> str:
    if least == most:
        return quantity_text(least)
    return f"{quantity_text(least)}–{quantity_text(most)}"


def _translate(text: str) -> str:
    return QCoreApplication.translate("OwnPlace", text)
