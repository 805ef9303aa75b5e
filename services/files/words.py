"""Reasons why a row of a file is not applied, and what to do about each, as people read them."""

ADVICE = {
    "ACCOUNT_FORMAT": "资金账号应为 1–32 位字母或数字",
    "ACCOUNT_NOT_HIS": "该账号不在此客户名下;导入不能为已有客户增开账户",
    "ACCOUNT_TAKEN": "该资金账号已属于其他客户,请核对",
    "ACCOUNT_TWICE_IN_FILE": "文件中另一位新客户已用该账号,请核对",
    "ACCOUNT_UNKNOWN": "名下没有该资金账号,请核对",
    "CELL_CONTROL": "单元格中有换行或控制字符,请删去",
    "CELL_TOO_LONG": "单元格内容过长,请核对是否引号不成对",
    "CLIENT_NO_FORMAT": "客户号应为 1–32 位字母或数字",
    "CLIENT_NO_TAKEN": "该客户号已属于其他客户经理的客户",
    "DATE_FUTURE": "日期不能晚于今天",
    "DATE_INVALID": "日期应形如 2023-02-01",
    "FIELD_MISSING": "此项必填",
    "GENDER_INVALID": "性别应为 男 或 女",
    "HANDOVER_NOT_BY_IMPORT": "客户已归其他经理,转交不能用导入办理",
    "ID_NO_CHECK": "身份证号校验位不符,请核对原件",
    "ID_NO_FORMAT": "证件号码格式不对(含 * 的脱敏号码不能导入)",
    "ID_NO_OF_OTHER": "该证件号码属于名下另一位客户",
    "ID_NO_TAKEN": "该证件号码已是其他客户经理的客户",
    "MANAGER_MISSING": "须写明客户经理工号",
    "MANAGER_OTHER": "只能导入自己名下的客户",
    "MANAGER_UNKNOWN": "本营业部没有该客户经理",
    "MOBILE_FORMAT": "手机号应为 1 开头的 11 位数字(含 * 的脱敏号码不能导入)",
    "NAME_FORMAT": "姓名不能含符号 = + - @ * 或超过 60 字",
    "NUMBER_INVALID": "应为数字",
    "NUMBER_NEGATIVE": "不能为负数",
    "NUMBER_ROUNDED": "表格把长号码存成了数字,末位已丢失;请设为文本格式重填",
    "NUMBER_TOO_FINE": "小数位数过多",
    "ROW_TOO_SHORT": "此行列数不足,文件可能被截断",
    "ROW_TOO_WIDE": "此行列数多于表头,请检查多余的分隔符",
    "SAME_PERSON": "证件号码与名下客户相同:请用其客户号,或办理合并",
    "SELLABLE_OVER_QUANTITY": "可卖数量大于持仓数量",
    "STATEMENT_OLD": "该账户在对账单日期之后已有成交,请取最新对账单",
    "SYMBOL_FORMAT": "证券代码应形如 600519.SH",
    "TWICE_IN_FILE": "与文件中前面一行重复,请只留一行",
}


def advice_on(reason: str) -> str:
    """Return what to do; a reason without words is told as its code."""
    return ADVICE.get(reason, reason)
