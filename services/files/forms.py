"""What an imported file of each kind consists of: columns, known by the words of their header."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from models.files.judged import Value
from models.files.kinds import ImportKind
from models.money import CENTS_PER_YUAN
from services.files.fields import Unreadable, scaled
from services.files.personal import plain, read_gender, read_id_no, read_mobile, read_name

_NUMBER = re.compile(r"[A-Za-z0-9_-]{1,32}")
_DAY = re.compile(
    r"(?P<year>\d{4})([-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?|(?P<digits>\d{4}))"
    r"(T00:00:00|00:00(:00)?)?"
)
_SERIAL, _SERIAL_0 = re.compile(r"[1-9]\d{4}"), date(1899, 12, 30)
_GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")
_CURRENCY = re.compile(r"^[¥¥]|元$")
_SYMBOL = re.compile(r"(?P<code>\d{6})(\.(?P<after>SH|SZ|BJ))?|(?P<first>SH|SZ|BJ)(?P<rest>\d{6})")
_EXCHANGES = {"5": "SH", "6": "SH", "9": "SH", "0": "SZ", "1": "SZ", "2": "SZ", "3": "SZ"}


@dataclass(frozen=True, slots=True)
class ImportColumn:
    """``needed``: in every row; ``words``: what its header may say beside ``title``."""

    name: str
    title: str
    words: tuple[str, ...]
    read: Callable[[str], Value]
    needed: bool = False


@dataclass(frozen=True, slots=True)
class ImportForm:
    """All columns of a kind, in the order in which they travel."""

    kind: ImportKind
    columns: tuple[ImportColumn, ...]

    def title_of(self, name: str) -> str:
        """What people call a field."""
        return next((one.title for one in self.columns if one.name == name), name)


def _number(reason: str) -> Callable[[str], Value]:
    def read(text: str) -> Value:
        number = plain(text)
        if not _NUMBER.fullmatch(number):
            raise Unreadable(reason)
        return number

    return read


def read_day(text: str) -> str:
    """Return an ISO date of 2023-02-01, 2023/2/1, 20230201, 2023年2月1日 or a spreadsheet's day
    number, which has five digits from 1927 to 2173; DATE_INVALID.
    """
    told = plain(text)
    if _SERIAL.fullmatch(told):
        return (_SERIAL_0 + timedelta(days=int(told))).isoformat()
    found = _DAY.fullmatch(told)
    if found is None:
        raise Unreadable("DATE_INVALID")
    month, day = found["month"] or found["digits"][:2], found["day"] or found["digits"][2:]
    try:
        return date(int(found["year"]), int(month), int(day)).isoformat()
    except ValueError as fault:
        raise Unreadable("DATE_INVALID") from fault


def _amount(scale: int) -> Callable[[str], Value]:
    def read(text: str) -> Value:
        number = _CURRENCY.sub("", plain(text))
        return scaled(number.replace(",", "") if _GROUPED.fullmatch(number) else number, scale)

    return read


def read_symbol(text: str) -> str:
    """Return a code with its exchange; six digits alone tell theirs. SYMBOL_FORMAT."""
    found = _SYMBOL.fullmatch(plain(text).upper())
    if found is None:
        raise Unreadable("SYMBOL_FORMAT")
    code = found["code"] or found["rest"]
    exchange = found["after"] or found["first"] or _EXCHANGES.get(code[0], "BJ")
    return f"{code}.{exchange}"


_ACCOUNT = ("资金帐号", "账号", "帐号", "资金账户", "account")
_DAY_COLUMN = ImportColumn("day", "日期", ("对账日期", "交易日期", "day", "date"), read_day)

FORMS = {
    ImportKind.CLIENTS: ImportForm(
        ImportKind.CLIENTS,
        (
            ImportColumn(
                "client_no",
                "客户号",
                ("客户编号", "客户代码", "客户id", "client_no", "client_id"),
                _number("CLIENT_NO_FORMAT"),
                needed=True,
            ),
            ImportColumn("name", "姓名", ("客户姓名", "客户名称", "name"), read_name, needed=True),
            ImportColumn(
                "mobile",
                "手机",
                ("手机号", "手机号码", "移动电话", "联系电话", "mobile", "phone"),
                read_mobile,
                needed=True,
            ),
            ImportColumn(
                "id_no",
                "证件号码",
                ("身份证", "身份证号", "身份证号码", "证件号", "id_no"),
                read_id_no,
            ),
            ImportColumn("gender", "性别", ("gender", "sex"), read_gender),
            ImportColumn("birthday", "出生日期", ("生日", "出生年月", "birthday"), read_day),
            ImportColumn("opened_on", "开户日期", ("开户日", "opened_on"), read_day),
            ImportColumn("account", "资金账号", _ACCOUNT, _number("ACCOUNT_FORMAT")),
            ImportColumn(
                "manager",
                "客户经理",
                ("客户经理工号", "经理工号", "工号", "manager", "manager_id"),
                _number("MANAGER_UNKNOWN"),
            ),
        ),
    ),
    ImportKind.HOLDINGS: ImportForm(
        ImportKind.HOLDINGS,
        (
            ImportColumn("account", "资金账号", _ACCOUNT, _number("ACCOUNT_FORMAT"), needed=True),
            ImportColumn(
                "symbol", "证券代码", ("股票代码", "代码", "symbol"), read_symbol, needed=True
            ),
            ImportColumn(
                "quantity",
                "持仓数量",
                ("证券数量", "股份余额", "数量", "当前持仓", "quantity"),
                _amount(1),
                needed=True,
            ),
            ImportColumn("sellable", "可卖数量", ("可用数量", "可用股份", "sellable"), _amount(1)),
            ImportColumn(
                "cost_cents",
                "成本",
                ("持仓成本", "成本金额", "总成本", "cost"),
                _amount(CENTS_PER_YUAN),
                needed=True,
            ),
            _DAY_COLUMN,
        ),
    ),
    ImportKind.CASH: ImportForm(
        ImportKind.CASH,
        (
            ImportColumn("account", "资金账号", _ACCOUNT, _number("ACCOUNT_FORMAT"), needed=True),
            ImportColumn(
                "cash_cents",
                "资金余额",
                ("可用资金", "余额", "现金", "cash"),
                _amount(CENTS_PER_YUAN),
                needed=True,
            ),
            _DAY_COLUMN,
        ),
    ),
}
