"""Reason codes of rules in the words that a manager reads, at the desk and from central."""

_WORDS = {
    "AGENDA_NOT_MARKED": "该待办没有被推迟或取消",
    "AGENDA_PAST": "提醒时间须晚于现在",
    "AGENDA_REASON": "请写明不再提醒的原因",
    "AGENDA_ROW": "没有指明待办",
    "AGREEMENT_MISSING": "没有服务协议编号",
    "ALREADY_BUNDLED": "已随增值产品免费获得该短信",
    "ALREADY_TOP_TIER": "已是最高等级",
    "APPLICATION_PENDING": "已有一份升级申请待复核",
    "APPROVAL_CLOSED": "该复核已有结果",
    "CERTIFICATE_EXPIRED": "您的岗位证书已过期,该功能已锁定,请重新考试",
    "CERTIFICATE_MISSING": "您没有该功能所需的岗位证书",
    "COMMISSION_BELOW_FEES": "佣金率低于规费",
    "COMMISSION_CAP_EXCEEDED": "佣金率超过千分之三上限",
    "DISCRETION_NOT_ALLOWED": "不得全权委托",
    "DUPLICATE": "该事项已经入账",
    "FEE_NOT_CONFIGURED": "该产品尚未设置收费",
    "HOUSEHOLD_ONE_MANAGER": (
        "家庭只收同一位客户经理名下的客户:家庭合计等于成员之和,跨经理即泄露他人客户的资产。"
        "请各自建立家庭;客户转归同一经理后再合并"
    ),
    "INSUFFICIENT_POINTS": "可用积分不足",
    "MAKER_IS_CHECKER": "申请人和客户经理本人不能复核",
    "MEMBERS_INVALID": "家庭至少有一名成员,且不得重复",
    "NOT_A_CHECKER": "您的岗位不能复核这一类申请",
    "NOT_A_MAKER": "您的岗位不能提出这一类申请",
    "NOT_AWARDED": "建议尚未获奖",
    "NOT_NEW_CLIENT": "被推荐人当时已是客户",
    "NO_ANNIVERSARY": "当日不是开户周年",
    "PLAN_ROLE": "您的岗位没有自己的客户分组和待办",
    "PRODUCT_CONFLICT": "已持有同类产品,请选择转换",
    "QUOTE_STALE": "基准佣金率已变,须重新报价",
    "RATE_CEILING": "加收后的佣金率不低于该产品上限",
    "RECORDING_REQUIRED": "须有双录编号",
    "REDEEM_NOT_CONFIGURED": "该短信尚未设置兑换积分",
    "RISK_STATEMENT_MISSING": "没有风险揭示书编号",
    "RISK_TEST_EXPIRED": "风险测评已过期",
    "SEGMENT_NAME": "分组没有名称",
    "SEGMENT_NOT_FOUND": "没有这个客户分组",
    "SELF_REFERRAL": "不能推荐自己",
    "SUITABILITY_LEVEL": "产品风险高于客户等级,不得主动推介",
    "SUITABILITY_LOWEST_CLASS": "最低风险类别客户不得购买",
    "SUITABILITY_UNKNOWN": "客户或产品的风险等级未知",
    "TIER_CHANGED": "客户等级已变",
    "TIER_NOT_ELIGIBLE": "客户等级不可申请该产品",
    "UPGRADE_NOT_CONFIGURED": "尚未设置积分升级",
    "WARNING_REQUIRED": "须签署特别风险警示",
}


def words_of(reason: str) -> str:
    """Return a reason in words; one without words is told as its code."""
    return _WORDS.get(reason, reason)
