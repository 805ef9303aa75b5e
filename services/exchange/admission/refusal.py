"""A refusal in words: what is wrong and the numbers it was judged by."""

from decimal import Decimal

from models.rules.decision import Decision

_TEXTS = {
    "UNKNOWN_SYMBOL": "没有这只证券",
    "NOT_TRADING_DAY": "今天不是交易日",
    "NOT_IN_SESSION": "当前时段不接受申报",
    "CANCEL_NOT_ALLOWED": "集合竞价此时段不能撤单",
    "MARKET_ORDER_NOT_ALLOWED": "此时不能用市价申报",
    "ORDER_KIND_NOT_ALLOWED": "该交易所没有这种申报方式",
    "PROTECT_PRICE_MISSING": "市价申报须带保护限价",
    "AFTER_HOURS_NOT_AVAILABLE": "该证券没有盘后固定价格交易",
    "INVALID_LIMIT": "限价不符合收盘价要求",
    "LOT_SIZE": "数量不是整手",
    "ODD_LOT": "零股须一次性卖出",
    "MAX_SIZE": "超过单笔最大数量",
    "ST_DAILY_CAP": "超过风险警示股票当日买入上限",
    "TICK_SIZE": "价格不是最小变动单位的整数倍",
    "PRICE_LIMIT": "价格超出涨跌幅限制",
    "PRICE_CAGE": "价格超出有效申报范围",
    "LIMIT_UNKNOWN": "涨跌幅限制未知,不能申报",
    "ORDER_UNKNOWN": "没有这笔委托",
    "ORDER_OVER": "委托已经结束",
    "BAD_ORDER": "委托内容有误",
    "REPLAY_ONLY": "行情回放中,没有可成交的市场,不接受委托",
}
_NUMBERS = {
    "symbol": "代码",
    "minimum": "最少",
    "step": "递增",
    "max_qty": "单笔最多",
    "left_today": "今日还可买",
    "limit_up": "涨停价",
    "limit_down": "跌停价",
    "ceiling": "买入最高",
    "floor": "卖出最低",
    "close": "收盘价",
    "next_trading_day": "下一交易日",
}


def refusal_text(decision: Decision) -> str:
    """Return the Chinese text of a refusal with the numbers a person can use."""
    text = _TEXTS.get(decision.reason, decision.reason)
    shown = [
        f"{_NUMBERS[name]} {_plain(value)}"
        for name, value in decision.numbers.items()
        if name in _NUMBERS and value is not None
    ]
    return f"{text}({','.join(shown)})" if shown else text


def _plain(value: object) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
