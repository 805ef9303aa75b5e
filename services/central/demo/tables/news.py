"""Events of securities around the demo day: what holdings alerts speak of (S22)."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random

from models.market.instrument import SecurityKind, SecurityStatus
from services.catalogue.securities import ListedSecurity
from services.central.demo.cast import FIRM
from services.central.demo.portfolio import MOUTAI
from services.central.demo.tables.row import Row, moment

_SOURCE = "公司研究所(演示数据)"
_NOTICE = "交易所公告(演示数据)"
# kind, title, body, source, mandatory
_KINDS: tuple[tuple[str, str, str, str, bool], ...] = (
    ("research", "{name}:深度报告发布", "重申核心逻辑,盈利预测与上期一致", _SOURCE, False),
    ("research", "{name}:业绩预告点评", "全年净利润预计同比增长,符合预期", _SOURCE, False),
    ("rating", "{name}:评级上调至“买入”", "由“增持”上调,理由为订单超预期", _SOURCE, False),
    ("rating", "{name}:评级下调至“中性”", "由“增持”下调,理由为成本上行", _SOURCE, False),
    ("risk", "{name}:收到监管问询函", "要求说明收入确认政策,请关注回复进展", _NOTICE, True),
    ("risk", "{name}:大股东拟减持不超过 2%", "减持期间自公告日起十五个交易日后", _NOTICE, True),
    ("follow_on", "{name}:向特定对象发行获受理", "募集资金用于产能建设", _NOTICE, False),
    ("rights", "{name}:配股股权登记日公告", "每十股配三股,缴款期五个交易日", _NOTICE, True),
)
_EVENTS = 14
_DAYS_BACK = 9


def event_rows(rng: Random, securities: Sequence[ListedSecurity], today: date) -> Iterator[Row]:
    """Rows of ``security_event``, the newest of this morning."""
    stocks = [one for one in securities if one.kind is SecurityKind.STOCK]
    moutai = next(one for one in stocks if one.symbol == MOUTAI)
    yield _row(0, moutai, _KINDS[0], moment(today, 8, 32))
    for order in range(1, _EVENTS):
        security = rng.choice(stocks)
        day = today - timedelta(days=rng.choice((0, 0, 0, rng.randint(1, _DAYS_BACK))))
        at = moment(day, 7 + rng.randrange(3), rng.randrange(60))
        yield _row(order, security, rng.choice(_KINDS), at)
    warned = (one for one in stocks if one.status is SecurityStatus.ST)
    for order, security in enumerate(warned, _EVENTS):
        text = ("risk", "{name}:退市风险警示提示", "公司股票已被实施风险警示", _NOTICE, True)
        yield _row(order, security, text, moment(today, 8, 5))


def _row(
    order: int, security: ListedSecurity, text: tuple[str, str, str, str, bool], at: str
) -> Row:
    kind, title, body, source, mandatory = text
    return {
        "branch_id": FIRM,
        "event_id": f"E{at[:10].replace('-', '')}-{order:03d}",
        "manager_id": FIRM,
        "symbol": security.symbol,
        "kind": kind,
        "happened_at": at,
        "title": title.format(name=security.name),
        "body": body,
        "source": source,
        "mandatory": mandatory,
    }
