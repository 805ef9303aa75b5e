"""Says in words why a book may not be believed."""

from models.dates import MS_PER_SECOND
from models.market.picture import BookHealth
from services.market.feed.sequence import ChannelSequence
from services.market.kernel.book import BookFacts, Fault

_FAULT_WORDS = {
    Fault.BAD_RECORD: "记录字段超出范围",
    Fault.UNKNOWN_ORDER: "成交或撤单指向盘口中没有的委托",
    Fault.DUPLICATE_ORDER: "同一委托重复进入盘口",
    Fault.OVERDRAWN: "成交数量超过委托剩余",
    Fault.CANCEL_QUANTITY: "撤单数量与委托剩余不符",
    Fault.TRADE_PRICE: "成交价与挂单价不符",
    Fault.CROSSED: "连续竞价中买卖价交叉",
    Fault.UNSETTLED: "市价委托既未成交也未撤销",
    Fault.PRICE_RANGE: "价格相差过大",
}
UNTIL_NEXT_SESSION = "须到下一交易时段重建"


def reason_of_book(facts: BookFacts) -> str:
    """Return why a book contradicts its stream, "" when it does not."""
    if not facts.faults:
        return ""
    word = _FAULT_WORDS[Fault(facts.first_fault)]
    where = f"序号 {facts.fault_sequence},共 {facts.faults} 处"
    return f"盘口与行情流矛盾:{word}({where}),{UNTIL_NEXT_SESSION}"


def reason_of_channel(health: BookHealth, channel: ChannelSequence, facts: BookFacts) -> str:
    """Return why a channel's books are held, "" when they are not."""
    missing = channel.missing()
    if health is BookHealth.RECOVERING and missing:
        return f"通道 {channel.channel} 缺少序号 {missing[0]}–{missing[1]},正在补取"
    if health is BookHealth.BROKEN:
        where = f"序号 {missing[0]} 起的记录未能补回" if missing else "收到无法识别的记录"
        hope = "补不回则" if missing else ""
        return f"通道 {channel.channel} {where},盘口停在此前,{hope}{UNTIL_NEXT_SESSION}"
    if facts.clock_backs:
        return f"行情时间倒退 {facts.clock_backs} 次"
    return ""


def reason_of_snapshot(time_ms: int, reason: str) -> str:
    """Return what to say over a picture that stands in for a book."""
    seconds = time_ms // MS_PER_SECOND
    clock = f"{seconds // 3_600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"快照 {clock}(每 3 秒):{reason}"
