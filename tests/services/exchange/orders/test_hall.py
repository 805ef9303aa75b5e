"""Every kind of order through the hall: who takes it, what the host holds, what is reported."""

from datetime import date

import pytest

from models.market.instrument import Phase
from models.wire.exchange import (
    CancelRequest,
    ExchangeAccepted,
    ExchangeCancelled,
    ExchangeFill,
    ExchangeRejected,
    NewOrder,
    OrderReport,
    QueryOrder,
)
from services.exchange.admission.admission import load_admission
from services.exchange.floor.market import Market
from services.exchange.market_day import open_market
from services.exchange.orders.gateway import Gateway
from services.exchange.orders.hall import OrderHall
from tests.support.exchange import DAY, TEN

LATER_DAY = date(2026, 11, 20)  # the rules of 6 July 2026: cages everywhere, after hours for all
PING_AN, MERCHANTS, EASTMONEY, SMIC, BEIJING_ONE = (
    "000001.SZ",  # Shenzhen main board, 15.00
    "600036.SH",  # Shanghai main board, 41.36
    "300059.SZ",  # ChiNext, 23.10
    "688981.SH",  # STAR, 42.60
    "430047.BJ",  # Beijing, 14.36
)


class Desk:
    """One gateway on a market without any flow of its own."""

    def __init__(self, at_ms: int = TEN, day: date = DAY) -> None:
        admission = load_admission(day)
        self.market: Market = open_market(admission, 1, only=frozenset({"nobody"}))
        self.now_ms = at_ms
        self.hall = OrderHall(self.market, admission, "session", self._catch_up)
        self.gateway: Gateway = self.hall.gateway("g")
        self._heard = 0

    def _catch_up(self) -> int:
        self.market.advance(self.now_ms)
        return self.now_ms

    def order(
        self, ref: str, symbol: str, side: str, price: int, shares: int, kind: str = "limit"
    ) -> list[OrderReport]:
        """Send an order; returns the reports it caused."""
        self.hall.take(self.gateway, NewOrder(ref, "A", symbol, side, price, shares, kind))
        return self.heard()

    def cancel(self, ref: str) -> list[OrderReport]:
        """Send a cancel; returns the reports it caused."""
        self.hall.take(self.gateway, CancelRequest(ref))
        return self.heard()

    def at(self, time_ms: int) -> list[OrderReport]:
        """Let the day go on; returns the reports of that."""
        self.now_ms = time_ms
        self.hall.take(self.gateway, QueryOrder("-"))
        return self.heard()

    def heard(self) -> list[OrderReport]:
        """Return the reports since the last time."""
        news = self.gateway.reports[self._heard :]
        self._heard = len(self.gateway.reports)
        return list(news)


def told(reports: list[OrderReport]) -> list[tuple[object, ...]]:
    """Return reports in short: fills, cancels and refusals with their numbers."""
    short: list[tuple[object, ...]] = []
    for one in reports:
        if isinstance(one, ExchangeFill):
            short.append((one.order_ref, "fill", one.price_units, one.quantity))
        elif isinstance(one, ExchangeCancelled):
            short.append((one.order_ref, "cancelled", one.quantity))
        elif isinstance(one, ExchangeRejected):
            short.append((one.order_ref, one.reason))
        elif isinstance(one, ExchangeAccepted):
            short.append((one.order_ref, "held" if not one.exchange_order_id else "accepted"))
    return short


def test_market_order_of_shenzhen_trades_and_returns_the_rest() -> None:
    desk = Desk()
    desk.order("s", PING_AN, "S", 150_100, 300)
    assert told(desk.order("b", PING_AN, "B", 0, 500, "best5_ioc")) == [
        ("b", "accepted"),
        ("b", "fill", 150_100, 300),
        ("s", "fill", 150_100, 300),
        ("b", "cancelled", 200),
    ]


def test_fill_or_kill_fills_nothing_when_it_cannot_fill_all() -> None:
    desk = Desk()
    desk.order("s", PING_AN, "S", 150_100, 300)
    assert told(desk.order("b", PING_AN, "B", 0, 500, "fok")) == [
        ("b", "accepted"),
        ("b", "cancelled", 500),
    ]


def test_best5_then_limit_rests_at_its_last_price_in_shanghai() -> None:
    desk = Desk()
    desk.order("s", MERCHANTS, "S", 413_700, 300)
    reports = desk.order("b", MERCHANTS, "B", 420_000, 500, "best5_limit")
    assert told(reports)[1:] == [("b", "fill", 413_700, 300), ("s", "fill", 413_700, 300)]
    assert desk.market.venues[MERCHANTS].book.bids.depth(1) == [(413_700, 200, 1)]


KINDS = (
    (PING_AN, "best5_limit", 0, "ORDER_KIND_NOT_ALLOWED"),
    (MERCHANTS, "fok", 413_600, "ORDER_KIND_NOT_ALLOWED"),
    (MERCHANTS, "iceberg", 413_600, "BAD_ORDER"),
    (EASTMONEY, "ioc", 0, "MAX_SIZE"),  # market orders: 150,000 on ChiNext
    (PING_AN, "limit", 0, "BAD_ORDER"),
)


@pytest.mark.parametrize(("symbol", "kind", "price", "reason"), KINDS)
def test_kinds_are_refused_where_they_do_not_exist(
    symbol: str, kind: str, price: int, reason: str
) -> None:
    assert told(Desk().order("b", symbol, "B", price, 150_100, kind)) == [("b", reason)]


def test_market_orders_only_in_continuous_trading() -> None:
    desk = Desk(33_400_000)
    assert told(desk.order("b", PING_AN, "B", 0, 500, "ioc")) == [("b", "MARKET_ORDER_NOT_ALLOWED")]


def test_order_of_shenzhens_gap_waits_in_the_host_until_half_past_nine() -> None:
    desk = Desk(33_960_000)
    assert told(desk.order("b", PING_AN, "B", 150_000, 500)) == [("b", "held")]
    assert told(desk.order("s", PING_AN, "S", 150_000, 200)) == [("s", "held")]
    assert told(desk.cancel("b")) == [("b", "NOT_IN_SESSION")]
    assert told(desk.at(34_200_000)) == [
        ("s", "fill", 150_000, 200),
        ("b", "fill", 150_000, 200),
    ]


def test_order_of_the_gap_outside_todays_cage_is_withdrawn_when_trading_begins() -> None:
    desk = Desk(33_960_000, LATER_DAY)
    assert told(desk.order("s", PING_AN, "S", 150_000, 100)) == [("s", "held")]
    assert told(desk.order("b", PING_AN, "B", 160_000, 500)) == [("b", "held")]
    assert told(desk.at(34_200_000)) == [("b", "cancelled", 500)]


def test_chinext_order_outside_the_old_cage_waits_until_it_fits() -> None:
    desk = Desk()
    desk.order("s1", EASTMONEY, "S", 231_000, 100)
    assert told(desk.order("b", EASTMONEY, "B", 240_000, 300)) == [("b", "held")]
    assert desk.market.venues[EASTMONEY].book.bids.quantity == 0
    desk.order("s2", EASTMONEY, "S", 236_000, 100)
    assert told(desk.order("t", EASTMONEY, "B", 231_000, 100)) == [
        ("t", "accepted"),
        ("t", "fill", 231_000, 100),
        ("s1", "fill", 231_000, 100),
        ("b", "fill", 236_000, 100),  # now 236,000 is the base, 2 % above it is 240,720
        ("s2", "fill", 236_000, 100),
    ]
    assert desk.market.venues[EASTMONEY].book.bids.depth(1) == [(240_000, 200, 1)]


def test_held_order_can_be_withdrawn_and_joins_the_closing_auction() -> None:
    desk = Desk()
    desk.order("s", EASTMONEY, "S", 231_000, 100)
    desk.order("b", EASTMONEY, "B", 240_000, 300)
    desk.order("c", EASTMONEY, "B", 241_000, 300)
    assert told(desk.cancel("b")) == [("b", "cancelled", 300)]
    assert told(desk.cancel("b")) == [("b", "ORDER_OVER")]
    assert told(desk.at(54_000_000)) == [  # an auction has no cage
        ("c", "fill", 241_000, 100),
        ("s", "fill", 241_000, 100),
        ("c", "cancelled", 200),
    ]


def test_todays_cage_refuses_on_every_board() -> None:
    desk = Desk(day=LATER_DAY)
    desk.order("s", EASTMONEY, "S", 231_000, 100)
    assert told(desk.order("b", EASTMONEY, "B", 240_000, 300)) == [("b", "PRICE_CAGE")]


def test_after_hours_orders_trade_at_the_close() -> None:
    desk = Desk(day=DAY)
    desk.order("a", SMIC, "B", 426_000, 200)
    desk.order("z", SMIC, "S", 426_000, 200)
    assert told(desk.order("b", SMIC, "B", 430_000, 300, "after_hours")) == [("b", "held")]
    assert desk.market.venues[SMIC].book.bids.quantity == 0
    assert told(desk.at(54_400_000)) == []
    assert told(desk.order("s", SMIC, "S", 420_000, 200, "after_hours")) == [
        ("s", "held"),
        ("b", "fill", 426_000, 200),
        ("s", "fill", 426_000, 200),
    ]
    assert told(desk.order("t", SMIC, "S", 427_000, 200, "after_hours")) == [("t", "INVALID_LIMIT")]
    assert told(desk.cancel("b")) == [("b", "cancelled", 100)]
    assert told(desk.at(55_800_000)) == []


AFTER_HOURS = (
    (DAY, MERCHANTS, "AFTER_HOURS_NOT_AVAILABLE"),  # the main board has it from 6 July 2026
    (LATER_DAY, MERCHANTS, "held"),
    (LATER_DAY, BEIJING_ONE, "AFTER_HOURS_NOT_AVAILABLE"),
)


@pytest.mark.parametrize(("day", "symbol", "answer"), AFTER_HOURS)
def test_after_hours_exists_by_board_and_day(day: date, symbol: str, answer: str) -> None:
    close = Desk(day=day).market.venues[symbol].listing.previous_close_units
    reports = Desk(day=day).order("b", symbol, "B", close, 100, "after_hours")
    assert told(reports) == [("b", answer)]


def test_after_hours_orders_wait_through_the_lunch_break_only_if_given_before() -> None:
    desk = Desk(42_000_000)
    assert told(desk.order("b", SMIC, "B", 430_000, 300, "after_hours")) == [
        ("b", "NOT_IN_SESSION")
    ]


def test_refusal_is_told_in_words_with_its_numbers() -> None:
    desk = Desk()
    (refused,) = desk.order("b", MERCHANTS, "B", 460_000, 100)
    assert isinstance(refused, ExchangeRejected)
    assert refused.text == "价格超出涨跌幅限制(涨停价 45.50,跌停价 37.22)"
    assert desk.market.venues[MERCHANTS].phase is Phase.CONTINUOUS
