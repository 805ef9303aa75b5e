"""Every line of a ticket's check, with its numbers."""

from datetime import date

import pytest
from msgspec.structs import replace as changed

from models.market.instrument import Board
from models.rules.basis.profile import Settings
from models.rules.ticket.check import check_ticket, first_refusal, judge_ticket
from models.rules.ticket.facts import TicketAccount, TicketFacts, TicketRules
from models.rules.ticket.tariff import Tariff
from models.rules.ticket.words import money, price_of_units
from models.trading.order import Side
from models.trading.ticket import CheckLine, Ticket
from tests.support.trading import (
    ACCOUNT,
    CHIPS,
    CLIENT,
    DAY,
    FUND,
    PING_AN,
    STAFF,
    FakeClock,
    instruction,
    quote,
    security,
    ticket_rules,
)

RULES = ticket_rules()
TARIFF = Tariff(RULES.market, RULES.settings, DAY)


def account(**more: int) -> TicketAccount:
    numbers = {"available_cents": 10_000_000, "sellable": 1_000, "bought_today": 0} | more
    return TicketAccount(ACCOUNT, CLIENT, 2_500, **numbers)


POOR = account(available_cents=1_500_514)


def facts(symbol: str = PING_AN, close: int = 150_000, **more: object) -> TicketFacts:
    given: dict[str, object] = {
        "now": FakeClock().now(),
        "entered_by": STAFF,
        "security": security(symbol, close),
        "quote": quote(symbol, close),
        "account": account(),
        "instruction": instruction("I1", symbol=symbol, price_units=close),
    }
    return TicketFacts(**(given | more))  # type: ignore[arg-type]  # the table below is typed by use


def ticket(**more: object) -> Ticket:
    given: dict[str, object] = {
        "client_id": CLIENT,
        "account": ACCOUNT,
        "symbol": PING_AN,
        "side": Side.BUY,
        "quantity": 1_000,
        "price_units": 150_000,
        "instruction_id": "I1",
    }
    return Ticket(**(given | more))  # type: ignore[arg-type]  # the same


def refusal(told: TicketFacts, typed: Ticket, rules: TicketRules = RULES) -> CheckLine | None:
    lines, _ = judge_ticket(rules, Tariff(rules.market, rules.settings, told.day), told, typed)
    return first_refusal(lines)


def test_good_ticket_passes_with_numbers_and_sources() -> None:
    check = check_ticket(RULES, TARIFF, facts(), ticket())
    assert check.passes
    assert [line.code for line in check.lines] == [
        "INSTRUCTION_MATCH",
        "ACCOUNT",
        "SESSION",
        "PRICE_LIMIT",
        "PRICE_CAGE",
        "LOT_SIZE",
        "INSUFFICIENT_CASH",
    ]
    assert all(line.source and line.text for line in check.lines)
    assert "13.50" in check.lines[3].text
    assert (check.amount_cents, check.total_cents) == (1_500_000, 1_500_515)


@pytest.mark.parametrize(
    ("told", "typed", "code", "words"),
    [
        (facts(instruction=None), ticket(), "NO_INSTRUCTION", "没有客户指令"),
        (facts(used=500), ticket(), "INSTRUCTION_EXHAUSTED", "尚可用 500 股"),
        (facts(), ticket(side=Side.SELL), "INSTRUCTION_MISMATCH", "指令为 买入,委托为 卖出"),
        (facts(), ticket(price_units=150_100), "INSTRUCTION_MISMATCH", "15.00"),
        (facts(), ticket(account="A9"), "INSTRUCTION_MISMATCH", "账户"),
        (facts(account=None), ticket(), "ACCOUNT_NOT_OPEN", "0001"),
        (facts(security=None), ticket(), "UNKNOWN_SECURITY", PING_AN),
        (facts(now=FakeClock(12).now()), ticket(), "NOT_IN_SESSION", "午间休市"),
        (facts(account=POOR), ticket(), "INSUFFICIENT_CASH", "15,005.15"),
        (facts(), ticket(quantity=0), "LOT_SIZE", "请填写数量"),
        (facts(), ticket(price_units=0), "PRICE_LIMIT", "请填写价格"),
        (facts(), ticket(quantity=-100), "LOT_SIZE", "请填写数量"),
    ],
)  # fmt: skip
def test_first_broken_rule_is_named_with_its_numbers(
    told: TicketFacts, typed: Ticket, code: str, words: str
) -> None:
    line = refusal(told, typed)
    assert line is not None
    assert line.code == code
    assert words in line.text


def test_exact_cash_is_enough() -> None:
    assert refusal(facts(account=account(available_cents=1_500_515)), ticket()) is None


def test_star_stock_outside_the_cage_is_refused() -> None:
    told = facts(CHIPS, 400_000, instruction=instruction("I1", symbol=CHIPS, price_units=410_000))
    line = refusal(told, ticket(symbol=CHIPS, price_units=410_000, quantity=200))
    assert line is not None
    assert line.code == "PRICE_CAGE"
    assert "40.81" in line.text  # 102 % of the best ask 40.01


def test_fund_has_no_cage_and_a_finer_tick() -> None:
    told = facts(FUND, 41_000, instruction=instruction("I1", symbol=FUND, price_units=41_010))
    assert refusal(told, ticket(symbol=FUND, price_units=41_010)) is None


def test_missing_quote_stops_a_stock_in_continuous_trading() -> None:
    line = refusal(facts(quote=None), ticket())
    assert line is not None
    assert line.code == "QUOTE_UNKNOWN"


def test_missing_setting_stops_and_is_named() -> None:
    bare = TicketRules(RULES.market, RULES.calendar, Settings())
    line = refusal(facts(), ticket(), bare)
    assert line is not None
    assert line.code == "SECOND_PERSON_NOT_CONFIGURED"


def test_unknown_board_has_unknown_limits() -> None:
    listed = security()
    unknown = changed(listed, board=Board.UNKNOWN)
    line = refusal(facts(security=unknown), ticket())
    assert line is not None
    assert line.code == "LIMIT_UNKNOWN"


def test_holiday_names_the_next_trading_day() -> None:
    sunday = FakeClock().now().replace(day=5)
    told = facts(now=sunday, instruction=changed(instruction(), day="2023-02-05"))
    line = refusal(told, ticket())
    assert line is not None
    assert (line.code, str(date(2023, 2, 6)) in line.text) == ("NOT_TRADING_DAY", True)


@pytest.mark.parametrize(
    ("available_cents", "most"),
    [(1_500_515, 1_000), (1_500_514, 900), (0, 0), (150_501, 0), (150_502, 100)],
)
def test_largest_buy_leaves_room_for_the_charges(available_cents: int, most: int) -> None:
    told = facts(account=account(available_cents=available_cents))
    assert check_ticket(RULES, TARIFF, told, ticket()).max_quantity == most


@pytest.mark.parametrize(
    ("units", "text"), [(150_000, "15.00"), (41_010, "4.101"), (18_457_600, "1845.76")]
)
def test_prices_are_written_as_quoted(units: int, text: str) -> None:
    assert price_of_units(units) == text


def test_money_is_written_with_separators() -> None:
    assert money(123_456_789) == "1,234,567.89 元"


def test_board_without_a_cage_says_so_instead_of_an_empty_bound() -> None:
    lines = {line.code: line for line in check_ticket(RULES, TARIFF, facts(), ticket()).lines}
    assert (lines["PRICE_CAGE"].ok, lines["PRICE_CAGE"].text) == (True, "该证券当日无价格笼子")


def test_selling_too_much_without_a_set_cap_is_refused_not_a_crash() -> None:
    bare = TicketRules(RULES.market, RULES.calendar, Settings(orders=RULES.settings.orders))
    told = facts(instruction=instruction("I1", side=Side.SELL, quantity=5_000))
    lines, _ = judge_ticket(bare, TARIFF, told, ticket(side=Side.SELL, quantity=5_000))
    codes = {line.code: line.ok for line in lines}
    assert codes["INSUFFICIENT_SELLABLE"] is False
    text = next(line.text for line in lines if line.code == "LOT_SIZE")
    assert "上限 未设置" in text


def test_no_cap_set_no_order() -> None:
    bare = TicketRules(RULES.market, RULES.calendar, Settings(orders=RULES.settings.orders))
    line = refusal(facts(), ticket(), bare)
    assert line is not None
    assert (line.code, "单笔上限" in line.text) == ("MAX_QUANTITY_NOT_CONFIGURED", True)
