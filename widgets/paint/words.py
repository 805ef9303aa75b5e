"""Chinese words for the values of the contracts; colour is never the only sign."""

from enum import StrEnum

from PySide6.QtCore import QCoreApplication

from models.clients.alert import Severity
from models.clients.tier import Tier
from models.market.instrument import Phase
from models.market.picture import BookHealth
from models.status import LinkState
from models.trading.instruction import InstructionChannel
from models.trading.order import OrderState, Side

_WORDS: dict[type[StrEnum], dict[StrEnum, str]] = {
    Tier: {
        Tier.ORDINARY: "普通",
        Tier.SILVER: "银卡",
        Tier.GOLD: "金卡",
        Tier.PLATINUM: "白金卡",
    },
    Severity: {
        Severity.SEVERE: "严重",
        Severity.WARNING: "警告",
        Severity.NOTICE: "提示",
    },
    Phase: {
        Phase.CLOSED: "已收市",
        Phase.OPENING_CALL: "开盘集合竞价",
        Phase.OPENING_LOCKED: "集合竞价(不可撤)",
        Phase.GAP: "等待开盘",
        Phase.CONTINUOUS: "连续竞价",
        Phase.LUNCH: "午间休市",
        Phase.CLOSING_CALL: "收盘集合竞价",
        Phase.BREAK: "临时停牌",
        Phase.AFTER_HOURS: "盘后定价交易",
    },
    BookHealth: {
        BookHealth.GOOD: "正常",
        BookHealth.RECOVERING: "补缺中",
        BookHealth.BROKEN: "盘口不可信",
        BookHealth.SNAPSHOT: "快照",
    },
    Side: {
        Side.BUY: "买入",
        Side.SELL: "卖出",
    },
    OrderState: {
        OrderState.AWAITING_APPROVAL: "待审批",
        OrderState.PENDING: "待报",
        OrderState.SENT: "待确认",
        OrderState.WORKING: "已报",
        OrderState.PARTLY_FILLED: "部成",
        OrderState.CANCELLING: "待撤",
        OrderState.FILLED: "已成",
        OrderState.CANCELLED: "已撤",
        OrderState.PARTLY_CANCELLED: "部撤",
        OrderState.REJECTED: "废单",
        OrderState.REFUSED: "风控拒绝",
        OrderState.UNKNOWN: "未知",
    },
    InstructionChannel: {
        InstructionChannel.RECORDED_CALL: "录音电话",
        InstructionChannel.IM: "企业微信",
        InstructionChannel.COUNTER_SLIP: "柜台单据",
        InstructionChannel.APP: "客户APP",
    },
    LinkState: {
        LinkState.CONNECTED: "已连接",
        LinkState.CONNECTING: "连接中",
        LinkState.DOWN: "已断开",
    },
}


def word(value: StrEnum) -> str:
    """Return the word a person reads for a value of one of the enums above."""
    return QCoreApplication.translate("Words", _WORDS[type(value)][value])
