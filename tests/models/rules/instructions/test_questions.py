"""By when a question is to be answered, and what an answer may cite."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from models.clients.tier import Tier
from models.dates import BEIJING
from models.lives.teams.question import AdvisoryDesk
from models.rules.basis.missing import NotConfigured
from models.rules.basis.settings.questions import QuestionSettings
from models.rules.basis.settings.words import Product
from models.rules.instructions.questions.answer import Reader, Report, advice_text, check_answer
from models.rules.instructions.questions.due import due_at
from models.rules.instructions.questions.scope import check_scope
from services.rules.loader import load_calendar, load_profile

SETTINGS = load_profile(None).on(date(2023, 2, 1))
HOURS = SETTINGS.questions
OURS = Report("E1", "贵州茅台:深度报告", "公司研究所(演示数据)", date(2023, 1, 31))
THEIRS = replace(OURS, publisher="独立研究机构(演示数据)")


def moment(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2023, 2, day, hour, minute, tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("came_at", "branch", "head_office"),
    [
        (moment(1, 9), moment(1, 11), moment(1, 14, 30)),
        (moment(1, 9, 30), moment(1, 11, 30), moment(1, 15)),
        (moment(1, 10), moment(1, 13, 30), moment(1, 15, 30)),
        (moment(1, 3), moment(1, 11), moment(1, 14, 30)),
        (moment(1, 12), moment(1, 15), moment(1, 17)),
        (moment(1, 16), moment(2, 10), moment(2, 13, 30)),
        (moment(3, 16, 30), moment(6, 10, 30), moment(6, 14)),  # a weekend between
        (moment(4, 10), moment(6, 11), moment(6, 14, 30)),
    ],
)
def test_only_working_hours_of_trading_days_count(
    came_at: datetime, branch: datetime, head_office: datetime
) -> None:
    calendar = load_calendar()
    assert due_at(HOURS, calendar, AdvisoryDesk.BRANCH, came_at) == branch
    assert due_at(HOURS, calendar, AdvisoryDesk.HEAD_OFFICE, came_at) == head_office


def test_the_days_around_spring_festival_do_not_count() -> None:
    before = datetime(2023, 1, 20, 16, 30, tzinfo=BEIJING)
    after = datetime(2023, 1, 30, 10, 30, tzinfo=BEIJING)
    assert due_at(HOURS, load_calendar(), AdvisoryDesk.BRANCH, before) == after


@pytest.mark.parametrize(
    "settings",
    [
        QuestionSettings(),
        replace(HOURS, branch_hours=None),
        replace(HOURS, working=None),
        replace(HOURS, working=()),
    ],
)
def test_an_empty_setting_is_no_default(settings: QuestionSettings) -> None:
    with pytest.raises(NotConfigured, match="QUESTIONS"):
        due_at(settings, load_calendar(), AdvisoryDesk.BRANCH, moment(1, 10))


def test_beyond_the_known_days_nothing_is_due() -> None:
    with pytest.raises(NotConfigured, match="CALENDAR"):
        due_at(HOURS, load_calendar(), AdvisoryDesk.BRANCH, datetime(2031, 1, 1, tzinfo=BEIJING))


@pytest.mark.parametrize(
    ("text", "report", "reader", "reason"),
    [
        ("可以分散", OURS, Reader(Tier.ORDINARY), ""),
        ("可以分散", THEIRS, Reader(Tier.PLATINUM), ""),
        ("可以分散", THEIRS, Reader(Tier.GOLD), "REPORT_NOT_LICENSED"),
        ("可以分散", THEIRS, Reader(Tier.GOLD, (Product.A,)), ""),
        ("可以分散", THEIRS, Reader(Tier.GOLD, (Product.E,)), "REPORT_NOT_LICENSED"),
        ("可以分散", THEIRS, None, ""),
        ("可以分散", replace(OURS, publisher="别家"), None, "REPORT_LICENCE_UNKNOWN"),
        ("可以分散", replace(OURS, publisher=""), None, "CITATION_INCOMPLETE"),
        ("可以分散", replace(OURS, date=None), None, "CITATION_INCOMPLETE"),
        ("买入保本", OURS, Reader(Tier.PLATINUM), "PROMISE_OF_RETURN"),
    ],
)
def test_an_answer_cites_what_its_client_may_read(
    text: str, report: Report, reader: Reader | None, reason: str
) -> None:
    assert check_answer(SETTINGS, text, [report], reader).reason == reason


def test_the_advice_names_its_sources_with_their_dates() -> None:
    told = advice_text(" 可以分散 ", [OURS])
    assert told == "可以分散\n依据:公司研究所(演示数据) 2023-01-31《贵州茅台:深度报告》"


@pytest.mark.parametrize("tier", Tier)
@pytest.mark.parametrize("products", [(), (Product.A,), (Product.E,)])
def test_head_office_serves_gold_and_platinum_with_a_product(
    tier: Tier, products: tuple[Product, ...]
) -> None:
    told = check_scope(SETTINGS, Reader(tier, products))
    is_served = tier in (Tier.GOLD, Tier.PLATINUM) and bool(products)
    assert told.ok is is_served
    assert told.reason == ("" if is_served else "QUESTION_NOT_SERVED")


def test_a_question_in_general_may_go_to_head_office() -> None:
    assert check_scope(SETTINGS, None).ok
