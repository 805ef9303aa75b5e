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
FUND, ST_STOCK, CHEAP = "510050.SH", "000004.SZ", "600654.SH"  # 2.823; 10.62; 2.31
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


def test_the_daily_cap_of_a_risk_warning_stock_counts_every_way_of_buying() -> None:
    desk = Desk(day=LATER_DAY)
    assert told(desk.order("a", ST_STOCK, "B", 106_200, 300_000)) == [("a", "accepted")]
    assert told(desk.order("b", ST_STOCK, "B", 106_200, 100_000, "after_hours")) == [("b", "held")]
    assert told(desk.order("c", ST_STOCK, "B", 106_200, 100_100)) == [("c", "ST_DAILY_CAP")]
    assert told(desk.order("d", ST_STOCK, "B", 106_200, 100_100, "after_hours")) == [
        ("d", "ST_DAILY_CAP")
    ]
    assert told(desk.order("s", ST_STOCK, "S", 106_200, 100_000))[0] == ("s", "accepted")
    desk.cancel("a")  # 100,000 of it traded: 200,000 are free again
    assert told(desk.order("e", ST_STOCK, "B", 106_200, 300_000)) == [("e", "accepted")]
    assert told(desk.order("f", ST_STOCK, "B", 106_200, 100)) == [("f", "ST_DAILY_CAP")]


# Rules that change: the last day of the old and a day of the new (market-rules § 2.1, 2.3).
LAST_OLD_DAY, FIRST_NEW_DAY = date(2026, 7, 3), date(2026, 7, 6)
DATED = (
    (LAST_OLD_DAY, TEN, FUND, 28_230, "after_hours", "AFTER_HOURS_NOT_AVAILABLE"),
    (FIRST_NEW_DAY, TEN, FUND, 28_230, "after_hours", "held"),
    (LAST_OLD_DAY, TEN, MERCHANTS, 413_600, "after_hours", "AFTER_HOURS_NOT_AVAILABLE"),
    (FIRST_NEW_DAY, TEN, MERCHANTS, 413_600, "after_hours", "held"),
    (LAST_OLD_DAY, TEN, ST_STOCK, 111_600, "limit", "PRICE_LIMIT"),  # 10.62: 5 % is 11.15
    (FIRST_NEW_DAY, 33_400_000, ST_STOCK, 116_800, "limit", "accepted"),  # 10 % is 11.68
    (FIRST_NEW_DAY, 33_400_000, ST_STOCK, 116_900, "limit", "PRICE_LIMIT"),
)


@pytest.mark.parametrize(("day", "at_ms", "symbol", "price", "kind", "answer"), DATED)
def test_rules_change_on_their_day(
    day: date, at_ms: int, symbol: str, price: int, kind: str, answer: str
) -> None:
    assert told(Desk(at_ms, day).order("b", symbol, "B", price, 100, kind)) == [("b", answer)]


FUND_CANCELS = (
    (LAST_OLD_DAY, ("b", "cancelled", 100)),
    (FIRST_NEW_DAY, ("b", "CANCEL_NOT_ALLOWED")),
)


@pytest.mark.parametrize(("day", "answer"), FUND_CANCELS)
def test_shanghais_funds_have_a_closing_call_from_july_2026(
    day: date, answer: tuple[object, ...]
) -> None:
    desk = Desk(53_880_000, day)  # 14:58
    desk.order("b", FUND, "B", 28_000, 100)
    assert told(desk.cancel("b")) == [answer]


SIZES = (
    (
        MERCHANTS,
        "S",
        413_600,
        50,
        "limit",
        "accepted",
    ),  # whether it is all he has, the broker knows
    (SMIC, "B", 426_000, 201, "limit", "accepted"),
    (SMIC, "B", 426_000, 199, "limit", "LOT_SIZE"),
    (SMIC, "B", 426_000, 100_001, "limit", "MAX_SIZE"),
    (SMIC, "B", 426_000, 50_001, "best5_ioc", "MAX_SIZE"),
    (SMIC, "B", 426_000, 1_000_000, "after_hours", "held"),
    (SMIC, "B", 426_000, 1_000_001, "after_hours", "MAX_SIZE"),
    (EASTMONEY, "B", 231_000, 300_100, "limit", "MAX_SIZE"),
    (EASTMONEY, "B", 0, 150_000, "ioc", "accepted"),
    (BEIJING_ONE, "B", 143_600, 101, "limit", "accepted"),
    (BEIJING_ONE, "B", 143_600, 99, "limit", "LOT_SIZE"),
    (FUND, "B", 28_230, 150, "limit", "LOT_SIZE"),
    (FUND, "B", 28_235, 100, "limit", "TICK_SIZE"),
    (FUND, "B", 28_240, 100, "limit", "accepted"),
    (FUND, "B", 31_000, 100, "limit", "accepted"),  # funds have no cage
    (MERCHANTS, "B", 0, 100, "best5_ioc", "PROTECT_PRICE_MISSING"),
    (MERCHANTS, "B", 460_000, 100, "best5_ioc", "PRICE_LIMIT"),
)


@pytest.mark.parametrize(("symbol", "side", "price", "shares", "kind", "answer"), SIZES)
def test_sizes_ticks_and_protection_by_board(
    symbol: str, side: str, price: int, shares: int, kind: str, answer: str
) -> None:
    reports = Desk(day=LATER_DAY).order("o", symbol, side, price, shares, kind)
    assert told(reports)[0] == ("o", answer)


CAGES = (  # nobody in the book: 102 % and 98 % of the previous close, or ten ticks (§ 2.4)
    (MERCHANTS, "B", 421_900, "accepted"),  # 41.36: 42.187 rounds to 42.19
    (MERCHANTS, "B", 422_000, "PRICE_CAGE"),
    (MERCHANTS, "S", 405_300, "accepted"),
    (MERCHANTS, "S", 405_200, "PRICE_CAGE"),
    (CHEAP, "B", 24_100, "accepted"),  # 2.31: ten ticks reach farther than 2 %
    (CHEAP, "B", 24_200, "PRICE_CAGE"),
    (SMIC, "B", 434_500, "accepted"),  # STAR has no tick term
    (SMIC, "B", 434_600, "PRICE_CAGE"),
    (BEIJING_ONE, "B", 150_800, "accepted"),  # 14.36: 105 % is 15.078
    (BEIJING_ONE, "B", 150_900, "PRICE_CAGE"),
)


@pytest.mark.parametrize(("symbol", "side", "price", "answer"), CAGES)
def test_the_cage_of_each_board(symbol: str, side: str, price: int, answer: str) -> None:
    assert told(Desk(day=LATER_DAY).order("o", symbol, side, price, 200)) == [("o", answer)]


def test_refusal_is_told_in_words_with_its_numbers() -> None:
    desk = Desk()
    (refused,) = desk.order("b", MERCHANTS, "B", 460_000, 100)
    assert isinstance(refused, ExchangeRejected)
    assert refused.text == "价格超出涨跌幅限制(涨停价 45.50,跌停价 37.22)"
    assert desk.market.venues[MERCHANTS].phase is Phase.CONTINUOUS
