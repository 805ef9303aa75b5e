"""What lies on the desks this morning: open tasks, recorded instructions, questions to advisers."""

from collections.abc import Iterator, Sequence
from datetime import date

from models.clients.tier import Tier
from models.dates import moment_of, moment_text, years_later
from models.lives.teams.question import AdvisoryDesk, QuestionState
from models.rules.instructions.questions.due import due_at
from models.trading.instruction import InstructionChannel, PriceType
from models.trading.order import Side
from services.central.demo.cast import MANAGERS
from services.central.demo.plan import ClientPlan
from services.central.demo.portfolio import MOUTAI, Position
from services.central.demo.tables.row import Row, moment, owned
from services.rules.loader import load_calendar, load_profile

_TEST_VALID_YEARS = 2
_SOON_DAYS = 30
_TASKS_PER_MANAGER = 12
_ASKING = (Tier.GOLD, Tier.PLATINUM)
_ANSWER = "债券基金净值随市场利率波动,近一月回撤在历史范围之内;请与客户核对其持有期限后再议调整。"
_PASSED_ON: Row = {"desk": AdvisoryDesk.HEAD_OFFICE.value, "escalated_by": "BM01"}
_ANSWERED: Row = {
    "state": QuestionState.ANSWERED.value,
    "taken_by": "BM01",
    "answer": _ANSWER,
    "advice": _ANSWER,
    "answered_by": "BM01",
}
_QUESTIONS: tuple[tuple[str, str, Row], ...] = (
    ("白酒持仓占比过高,如何分散", "客户持有贵州茅台较多,请给出分散持仓的思路和可引用的研报", {}),
    ("可转债强赎如何提示", "客户持有的转债已公告强制赎回,请明确提示要点和时间安排", _PASSED_ON),
    ("债券基金近期回撤", "客户询问债券基金净值下跌的原因,是否需要调整", _ANSWERED),
)
_MOUTAI_LIMIT_UNITS = 1_860 * 10_000


def task_rows(plans: Sequence[ClientPlan], today: date) -> Iterator[Row]:
    """Rows of ``task``: risk tests that run out, birthdays of the week."""
    for manager in MANAGERS:
        own = (plan for plan in plans if plan.manager_id == manager)
        tasks = [task for plan in own for task in _tasks(plan, today)]
        tasks.sort(key=lambda task: str(task["task_id"]).endswith("risk_test"))  # birthdays first
        yield from tasks[:_TASKS_PER_MANAGER]


def _tasks(plan: ClientPlan, today: date) -> Iterator[Row]:
    valid_to = years_later(plan.risk_tested_on, _TEST_VALID_YEARS)
    left = (valid_to - today).days
    if left < 0:
        text = f"风险测评已于 {valid_to:%Y-%m-%d} 到期,新产品与权限暂停办理"
        yield _task(plan, "risk_test", "风险测评已过期", text, today)
    elif left <= _SOON_DAYS:
        text = f"风险测评 {valid_to:%Y-%m-%d} 到期,还有 {left} 天"
        yield _task(plan, "risk_test", "风险测评即将到期", text, today)
    if (plan.birthday.month, plan.birthday.day) == (today.month, today.day):
        yield _task(plan, "birthday", "客户今日生日", "致电或发送祝福", today)


def _task(plan: ClientPlan, tail: str, title: str, body: str, today: date) -> Row:
    return owned(plan) | {
        "task_id": f"T-{plan.client_id}-{tail}",
        "kind": tail,
        "title": title,
        "body": body,
        "due_at": moment(today, 16, 0),
        "state": "open",
    }


def instruction_rows(plans: Sequence[ClientPlan], today: date) -> Iterator[Row]:
    """Rows of ``instruction``: given this morning to the demo manager by chosen clients."""
    own = [plan for plan in plans if plan.manager_id == MANAGERS[0]]
    buyer = next((plan for plan in own if plan.tier is Tier.PLATINUM), None)
    if buyer is None:
        return
    yield _instruction(buyer, 1, today, MOUTAI, Side.BUY, 200, _MOUTAI_LIMIT_UNITS)
    others = (plan for plan in own if plan is not buyer and plan.tier is not Tier.ORDINARY)
    sellers = ((plan, _largest(plan)) for plan in others if plan.portfolio.positions)
    for order, (plan, position) in zip((2, 3), sellers, strict=False):
        units = position.security.previous_close_units
        yield _instruction(plan, order, today, position.security.symbol, Side.SELL, 100, units)


def _largest(plan: ClientPlan) -> Position:
    return max(plan.portfolio.positions, key=lambda position: position.value_cents)


def _instruction(
    plan: ClientPlan,
    order: int,
    today: date,
    symbol: str,
    side: Side,
    quantity: int,
    price_units: int,
) -> Row:
    return owned(plan) | {
        "instruction_id": f"I{today:%Y%m%d}-{order:03d}",
        "account": plan.account,
        "day": today.isoformat(),
        "symbol": symbol,
        "side": side.value,
        "quantity": quantity,
        "price_units": price_units,
        "price_type": PriceType.LIMIT.value,
        "channel": InstructionChannel.RECORDED_CALL.value,
        "evidence_ref": f"REC-{today:%Y%m%d}-09{30 + order:02d}-{plan.client_id}",
        "read_back": True,
        "identity_checked": True,
        "recorded_by": plan.manager_id,
        "recorded_at": moment(today, 9, 30 + order),
    }


def question_rows(plans: Sequence[ClientPlan], today: date) -> Iterator[Row]:
    """Rows of ``advisory_question``: one at the branch, one passed on, one answered."""
    own = [plan for plan in plans if plan.manager_id == MANAGERS[0] and plan.tier in _ASKING]
    for plan, (title, body, told) in zip(own, _QUESTIONS, strict=False):
        yield _question(plan, title, body, today) | told


def _question(plan: ClientPlan, title: str, body: str, today: date) -> Row:
    asked_at, desk = moment(today, 9, 5), AdvisoryDesk.BRANCH
    hours = load_profile(None).on(today).questions
    due = due_at(hours, load_calendar(), desk, moment_of(asked_at))
    return owned(plan) | {
        "question_id": f"Q-{plan.client_id}",
        "title": title,
        "body": body,
        "desk": desk.value,
        "state": QuestionState.OPEN.value,
        "asked_by": plan.manager_id,
        "asked_at": asked_at,
        "due_at": moment_text(due),
        "escalated_by": "",
        "taken_by": "",
        "answer": "",
        "advice": "",
        "answered_by": "",
    }
