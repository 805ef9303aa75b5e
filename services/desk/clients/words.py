"""What a person reads for the codes in a client's rows."""

PRODUCTS = {
    "SMS1": "短信1 投资咨询",
    "SMS2": "短信2 账户管理",
    "SMS3": "短信3 新股",
    "A": "产品 A",
    "B": "产品 B",
    "C": "产品 C",
    "D": "产品 D",
    "E": "产品 E",
}
SUBSCRIPTION_STATES = {
    "active": "生效中",
    "bundled": "随产品赠送",
    "paused": "暂停",
    "ended": "已结束",
}
PAID_BY = {
    "cash": "现金",
    "points": "积分兑换",
    "bundle": "产品赠送",
    "commission": "差别佣金",
    "annual_fee": "年费",
}
FEE_CODES = {"ENTRUSTED_UNKNOWN": "部分日期的受托资产未知"}
POINTS_KINDS = {
    "commission": "佣金积分",
    "referral": "推荐新客户",
    "loyalty": "忠诚度",
    "suggestion": "合理化建议",
    "redemption": "兑换",
    "reversal": "冲回",
    "correction": "更正",
    "opening": "期初",
}
MANDATE_STATES = {"draft": "未签署", "signed": "已签署", "active": "运行中", "ended": "已结束"}
REPORT_STATES = {"none": "未报告", "filed": "已报告待确认", "confirmed": "已确认"}
CHANNELS = {
    "phone": "电话",
    "im": "企业微信",
    "sms": "短信",
    "counter": "柜台",
    "network": "网络",
    "meeting": "面谈",
}
DIRECTIONS = {"out": "呼出", "in": "呼入"}


def word(table: dict[str, str], code: str) -> str:
    """Return the word for a code; a code this program does not know is shown as it is."""
    return table.get(code, code)
