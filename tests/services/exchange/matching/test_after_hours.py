"""After-hours fixed price and the close it trades at."""

import json
from decimal import Decimal

from models.market.instrument import Exchange
from models.money import price_units
from models.trading.order import Side
from services.exchange.matching.closing import Print, closing_price
from services.exchange.matching.fixed_price import FixedPriceBook, is_valid_limit
from services.exchange.matching.order import BookOrder
from tests.support.shared_data import shared_spec


def units(yuan: str) -> int:
    return price_units(Decimal(yuan))


def test_specification_cases_of_after_hours() -> None:
    for line in shared_spec("cases/market.after_hours.jsonl").read_text("utf-8").splitlines():
        case = json.loads(line)
        close = units(case["given"]["close"])
        book, trades, answers = FixedPriceBook(close), [], []
        names: dict[int, str] = {}
        for number, row in enumerate(sorted(case["given"]["orders"], key=lambda row: row["at"])):
            side, limit = Side(row["side"]), units(row["limit"])
            names[number] = row["id"]
            answers.append(is_valid_limit(side, limit, close))
            if answers[-1]:
                trades += book.enter(BookOrder(number, side, limit, row["qty"]))
        assert answers == [answer["ok"] for answer in case["expect"]["answers"]]
        made = [(names[one.buy.number], names[one.sell.number], one.quantity) for one in trades]
        assert made == [(one["buy"], one["sell"], one["qty"]) for one in case["expect"]["trades"]]


def test_a_better_limit_buys_no_priority() -> None:
    book = FixedPriceBook(80_000)
    book.enter(BookOrder(1, Side.BUY, 80_000, 100))
    book.enter(BookOrder(2, Side.BUY, 90_000, 100))
    made = book.enter(BookOrder(3, Side.SELL, 70_000, 150))
    assert [(one.buy.number, one.sell.number, one.quantity) for one in made] == [
        (1, 3, 100),
        (2, 3, 50),
    ]


def test_waiting_order_is_withdrawn_once() -> None:
    book = FixedPriceBook(80_000)
    order = BookOrder(1, Side.BUY, 80_000, 100)
    book.enter(order)
    assert book.cancel(order) == 100
    assert book.cancel(order) == 0
    assert book.waiting() == []


def test_close_without_auction_is_the_last_minutes_average() -> None:
    trades = [
        Print(53_000_000, 100_000, 900),  # earlier than the last minute
        Print(53_760_000, 120_000, 300),
        Print(53_820_000, 121_000, 100),  # 60 s later: included
    ]
    assert closing_price(Exchange.SSE, trades, 99_000, 100) == 120_300  # 120,250 half-up
    assert closing_price(Exchange.BSE, trades, 99_000, 100) == 121_000
    assert closing_price(Exchange.SZSE, [], 99_000, 100) == 99_000
