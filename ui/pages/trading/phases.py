"""The phase of a security in words, with what may be done in it."""

from models.market.instrument import Phase
from models.market.trading_state import TradingState

_WORDS: dict[Phase, str] = {
    Phase.CLOSED: "已收市",
    Phase.OPENING_CALL: "开盘集合竞价",
    Phase.OPENING_LOCKED: "开盘集合竞价",
    Phase.GAP: "等待开盘",
    Phase.CONTINUOUS: "连续竞价",
    Phase.LUNCH: "午间休市",
    Phase.CLOSING_CALL: "收盘集合竞价",
    Phase.BREAK: "盘后等待",
    Phase.AFTER_HOURS: "盘后固定价格",
}


def phase_text(state: TradingState | None) -> str:
    """Return "连续竞价 可报可撤"; the part before the space is the phase alone."""
    if state is None:
        return ""
    if state.phase is Phase.CLOSED:
        return _WORDS[Phase.CLOSED]
    word = "临时停牌" if state.is_halted else _WORDS[state.phase]
    return f"{word} {_permissions(state)}"


def _permissions(state: TradingState) -> str:
    takes = state.takes_orders or (state.takes_fixed and state.phase in _AFTER_CLOSE)
    if not takes and not state.takes_cancels:
        return "不可报撤"
    return ("可报" if takes else "不可报") + ("可撤" if state.takes_cancels else "不可撤")


_AFTER_CLOSE = frozenset({Phase.BREAK, Phase.AFTER_HOURS})
