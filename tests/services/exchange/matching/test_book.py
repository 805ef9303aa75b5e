"""Price-time priority against a table of cases, the specification's case and a naive twin."""

import json
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from models.money import price_units
from models.trading.order import Side
from services.exchange.matching.book import Book
from services.exchange.matching.order import BookOrder
from tests.support.shared_data import shared_spec


def enter(book: Book, number: int, side: Side, price: int, quantity: int) -> list[tuple[int, ...]]:
    matches = book.enter(BookOrder(number, side, price, quantity))
    return [(match.resting.number, match.price_units, match.quantity) for match in matches]


def test_better_price_trades_first_then_the_earlier_order() -> None:
    book = Book()
    enter(book, 1, Side.SELL, 1002, 100)
    enter(book, 2, Side.SELL, 1001, 100)
    enter(book, 3, Side.SELL, 1001, 100)
    traded = enter(book, 4, Side.BUY, 1002, 250)
    assert traded == [(2, 1001, 100), (3, 1001, 100), (1, 1002, 50)]
    assert book.asks.depth(10) == [(1002, 50, 1)]
    assert book.bids.depth(10) == []
    assert book.last_units == 1002


def test_remainder_rests_at_its_own_price_and_keeps_its_place() -> None:
    book = Book()
    enter(book, 1, Side.SELL, 1001, 100)
    assert enter(book, 2, Side.BUY, 1003, 300) == [(1, 1001, 100)]
    enter(book, 3, Side.BUY, 1003, 100)
    assert enter(book, 4, Side.SELL, 1000, 250) == [(2, 1003, 200), (3, 1003, 50)]


def test_cancel_withdraws_what_is_left_and_nothing_twice() -> None:
    book = Book()
    enter(book, 1, Side.BUY, 1000, 300)
    enter(book, 2, Side.BUY, 1000, 100)
    enter(book, 3, Side.SELL, 1000, 120)
    assert book.cancel(1) == 180
    assert book.cancel(1) == 0
    assert book.cancel(99) == 0
    assert book.bids.depth(10) == [(1000, 100, 1)]
    assert enter(book, 4, Side.SELL, 1000, 100) == [(2, 1000, 100)]
    assert book.orders == {}


def test_cancelled_orders_in_a_queue_are_passed_over() -> None:
    book = Book()
    for number in range(1, 6):
        enter(book, number, Side.BUY, 1000, 100)
    for number in (1, 3, 5):
        book.cancel(number)
    assert book.bids.depth(1) == [(1000, 200, 2)]
    assert [order.number for order in book.bids.orders()] == [2, 4]
    assert enter(book, 9, Side.SELL, 1000, 500) == [(2, 1000, 100), (4, 1000, 100)]
    assert book.bids.keys == []


def test_specification_cases_of_book_match() -> None:
    lines = shared_spec("cases/book.match.jsonl").read_text("utf-8").splitlines()
    for line in lines:
        case = json.loads(line)
        given_case, expected = case["given"], case["expect"]
        book = Book()
        names: dict[int, str] = {}
        for side, rows in ((Side.BUY, given_case["bids"]), (Side.SELL, given_case["asks"])):
            for row in rows:
                number = len(names) + 1
                names[number] = row["id"]
                enter(book, number, side, price_units(Decimal(row["price"])), row["qty"])
        coming = given_case["incoming"]
        order = BookOrder(
            0, Side(coming["side"]), price_units(Decimal(coming["price"])), coming["qty"]
        )
        made = [
            {"id": names[one.resting.number], "price": one.price_units, "qty": one.quantity}
            for one in book.enter(order)
        ]
        wanted = [
            {**trade, "price": price_units(Decimal(trade["price"]))} for trade in expected["trades"]
        ]
        assert made == wanted, case["id"]
        assert order.left == expected["left"]


class NaiveBook:
    """The rule itself, without any structure: a list that is sorted again each time."""

    def __init__(self) -> None:
        self.resting: list[list[int]] = []  # number, sign, price, left

    def enter(self, number: int, sign: int, price: int, quantity: int) -> list[tuple[int, ...]]:
        trades: list[tuple[int, ...]] = []
        others = [one for one in self.resting if one[1] == -sign and sign * one[2] <= sign * price]
        for one in sorted(others, key=lambda one: sign * one[2]):  # stable: time stays
            traded = min(quantity, one[3])
            if traded:
                trades.append((one[0], one[2], traded))
                one[3] -= traded
                quantity -= traded
        self.resting = [one for one in self.resting if one[3]]
        if quantity:
            self.resting.append([number, sign, price, quantity])
        return trades

    def cancel(self, number: int) -> int:
        left = sum(one[3] for one in self.resting if one[0] == number)
        self.resting = [one for one in self.resting if one[0] != number]
        return left


STEPS = st.lists(
    st.tuples(
        st.sampled_from(("buy", "sell", "buy", "sell", "cancel")),
        st.integers(990, 1010),
        st.integers(1, 500),
    ),
    max_size=120,
)


@settings(deadline=None)
@given(STEPS)
def test_engine_trades_like_the_naive_twin(steps: list[tuple[str, int, int]]) -> None:
    book, naive = Book(), NaiveBook()
    for number, (what, price, quantity) in enumerate(steps, start=1):
        if what == "cancel":
            target = quantity % number
            assert book.cancel(target) == naive.cancel(target)
            continue
        sign = 1 if what == "buy" else -1
        assert enter(book, number, Side(what), price, quantity) == naive.enter(
            number, sign, price, quantity
        )
    for sign, side in ((1, book.bids), (-1, book.asks)):
        left = [one for one in naive.resting if one[1] == sign]
        assert side.quantity == sum(one[3] for one in left)
        levels = {one[2] for one in left}
        assert [price for price, _, _ in side.depth(99)] == sorted(levels, key=lambda p: -sign * p)
        for price, quantity, count in side.depth(99):
            here = [one for one in left if one[2] == price]
            assert (quantity, count) == (sum(one[3] for one in here), len(here))
        ordered = sorted(left, key=lambda one: -sign * one[2])
        assert [order.number for order in side.orders()] == [one[0] for one in ordered]
