"""The fifteen traps of the market rules, each as a case that a wrong rule answers otherwise."""

import pytest

from tests.services.rules.trial import result

STOCK = {"exchange": "sse", "board": "main", "kind": "stock"}


@pytest.mark.parametrize(
    ("given", "up", "down"),
    [
        ({"board": "main", "prev_close": "10.05"}, "11.06", "9.05"),  # half-up, not banker's
        ({"board": "main", "prev_close": "1.15"}, "1.27", "1.04"),  # 1.265 in floats rounds down
        ({"board": "main", "prev_close": "0.04"}, "0.05", "0.03"),  # at least one tick
        ({"board": "bse", "prev_close": "1.82"}, "2.36", "1.28"),  # inward
        ({"board": "bse", "prev_close": "0.02"}, "0.02", "0.02"),  # no one-tick rule there
    ],
)
def test_1_limits_are_rounded_as_the_exchange_does(
    given: dict[str, object], up: str, down: str
) -> None:
    found = result("market.price_limit", given)
    assert (found["up"], found["down"]) == (up, down)


@pytest.mark.parametrize(("day", "up"), [("2026-07-03", "10.50"), ("2026-07-06", "11.00")])
def test_2_the_st_band_is_dated(day: str, up: str) -> None:
    given = {"board": "main", "status": "st", "prev_close": "10.00"}
    assert result("market.price_limit", given, day)["up"] == up


def test_3_no_after_hours_at_bse_and_the_limit_test_the_right_way_round() -> None:
    given = {"exchange": "bse", "board": "bse", "action": "order", "after_hours": True}
    found = result("market.session", given, "2026-11-20T15:10:00+08:00")
    assert found["reason"] == "AFTER_HOURS_NOT_AVAILABLE"
    limits = (("buy", "7.99"), ("sell", "8.01"), ("buy", "8.01"), ("sell", "7.99"))
    orders = [
        {"id": side + limit, "side": side, "limit": limit, "qty": 100, "at": "15:10:00"}
        for side, limit in limits
    ]
    answers = result("market.after_hours", {"close": "8.00", "orders": orders})["answers"]
    assert isinstance(answers, list)
    assert [a["reason"] for a in answers] == ["INVALID_LIMIT", "INVALID_LIMIT", None, None]


def test_3_after_hours_buys_of_an_st_stock_are_allowed_and_count_into_the_daily_cap() -> None:
    given = {
        "board": "main",
        "status": "st",
        "side": "buy",
        "qty": 100,
        "order_type": "after_hours",
    }
    assert result("market.quantity", {**given, "bought_today": 499_900})["ok"] is True
    given |= {"bought_today": 400_000, "bought_after_hours": 100_000}
    assert result("market.quantity", given)["reason"] == "ST_DAILY_CAP"


@pytest.mark.parametrize(
    ("day", "ok", "reason"),
    [("2026-07-03", True, None), ("2026-07-06", False, "CANCEL_NOT_ALLOWED")],
)
def test_4_an_sse_etf_cancel_at_1458(day: str, ok: bool, reason: str | None) -> None:
    given = {**STOCK, "kind": "etf", "action": "cancel"}
    found = result("market.session", given, f"{day}T14:58:00+08:00")
    assert (found["ok"], found["reason"]) == (ok, reason)


@pytest.mark.parametrize(
    ("board", "base", "ceiling", "floor"),
    [
        ("chinext", "3.00", "3.10", "2.90"),  # the tick term counts
        ("star", "3.00", "3.06", "2.94"),  # there is none
        ("main", "10.78", "11.00", "10.56"),  # 10.9956 and 10.5644: rounded, not floored
        ("star", "0.20", "0.21", "0.19"),  # at least one tick
    ],
)
def test_5_the_cage(board: str, base: str, ceiling: str, floor: str) -> None:
    found = result("market.price_cage", {"board": board, "base": base})
    assert (found["ceiling"], found["floor"]) == (ceiling, floor)


def test_5_a_chinext_order_outside_the_cage_once_waited_in_the_host() -> None:
    given = {
        "board": "chinext",
        "side": "buy",
        "price": "10.50",
        "prev_close": "10.00",
        "best_ask": "10.00",
    }
    actions = [
        result("market.order_price", given, day)["action"] for day in ("2023-04-07", "2023-04-10")
    ]
    assert actions == ["hold", "refuse"]


def test_6_product_c_is_all_in() -> None:
    given = {"product": "C", "x_permille": "1.0", "basis": "net_plus_fees"}
    found = result("product.quote", given)
    assert (found["rate_permille"], found["net_permille"]) == ("3.0", "2.9459")
    given = {"rate_permille": "3.0", "basis": "net_plus_fees"}
    assert result("product.rate_check", given)["reason"] == "COMMISSION_CAP_EXCEEDED"


def test_7_the_floor_is_charged_once_an_order() -> None:
    given = {"kind": "stock", "side": "buy", "rate_permille": "0.2"}
    found = result("market.fees", {**given, "fills": ["6000", "6000", "18000"]})
    assert found["commission"] == "6.00"
    assert found["commission_steps"] == ["5.00", "5.00", "6.00"]


def test_8_points_are_not_rounded_one_by_one() -> None:
    events = [{"id": f"c{n}", "kind": "commission", "amount": "8.10"} for n in range(3)]
    found = result("points.accrue", {"tier": "silver", "events": events})
    assert (found["balance"], found["spendable"]) == ("26.730", 26)


def test_9_an_sse_add_row_carries_the_remainder_only() -> None:
    rows = [
        {"seq": 1, "type": "A", "id": 1, "side": "sell", "price": "10.00", "qty": 300},
        {"seq": 2, "type": "T", "buy": 2, "sell": 1, "price": "10.00", "qty": 300},
        {"seq": 3, "type": "A", "id": 2, "side": "buy", "price": "10.00", "qty": 200},
    ]
    orders = result("book.rebuild", {"exchange": "sse", "messages": rows})["orders"]
    assert isinstance(orders, dict)
    assert orders["2"] == {"side": "buy", "orig": 500, "left": 200, "inferred": True}


def test_10_the_hft_window_is_no_clock_second() -> None:
    events = [
        {"account": "A", "kind": "order", "at": at, "count": 150}
        for at in ("10:00:00.900", "10:00:01.100")
    ]
    accounts = result("program.classify", {"events": events})["accounts"]
    assert isinstance(accounts, list)
    assert (accounts[0]["peak"], accounts[0]["hft"]) == (300, True)


def test_11_consent_is_judged_when_the_message_is_sent() -> None:
    given = {
        "purpose": "marketing",
        "port": "marketing",
        "consent": "explicit",
        "list_built_at": "2026-11-20T09:00:00+08:00",
        "opt_outs": [{"purpose": "marketing", "at": "2026-11-20T09:05:00+08:00"}],
    }
    reasons = [
        result("message.send_gate", given, f"2026-11-20T{at}+08:00")["reason"]
        for at in ("09:04:59", "09:05:00")
    ]
    assert reasons == [None, "OPTED_OUT"]


def test_12_shares_bought_today_are_not_sellable() -> None:
    steps = [{"do": "buy", "qty": 300}, {"do": "sell", "qty": 900}]
    given = {"instrument": "a_share", "prior": 800, "steps": steps}
    found = result("market.sellable", given)
    assert (found["position"], found["sellable"]) == (1100, 800)


def test_13_an_expired_risk_test_never_blocks_selling() -> None:
    found = result("suitability.test", {"tested_on": "2024-11-19"})
    assert found["status"] == "expired"
    assert found["actions"] == {
        "new_product": "refuse",
        "new_permission": "refuse",
        "buy_main_board": "warn",
        "sell": "allow",
    }


@pytest.mark.parametrize(
    ("instrument", "same_day_underlying", "sellable"),
    [
        ("etf_equity", False, 0),
        ("etf_bond", False, 100),
        ("etf_cross_border", False, 0),
        ("etf_cross_border", True, 100),
        ("convertible", False, 100),
    ],
)
def test_14_not_every_etf_is_t0(instrument: str, same_day_underlying: bool, sellable: int) -> None:
    given = {
        "instrument": instrument,
        "same_day_underlying": same_day_underlying,
        "prior": 0,
        "steps": [{"do": "buy", "qty": 100}],
    }
    assert result("market.sellable", given)["sellable"] == sellable


@pytest.mark.parametrize(
    ("day", "stamp"), [("2023-08-25", "10.00"), ("2023-08-28", "5.00"), ("2026-11-20", "5.00")]
)
def test_15_fees_are_those_of_the_trade_date(day: str, stamp: str) -> None:
    given = {"kind": "stock", "side": "sell", "rate_permille": "0.8", "amount": "10000"}
    assert result("market.fees", given, day)["stamp"] == stamp


def test_15_a_day_without_a_known_rule_is_refused_not_judged_by_today() -> None:
    stock = {"board": "star", "prev_close": "10.00"}
    assert result("market.price_limit", stock, "2019-07-21")["state"] == "UNKNOWN"
    order = {**stock, "side": "buy", "price": "10.00"}
    assert result("market.order_price", order, "2019-07-21")["reason"] == "LIMIT_UNKNOWN"
    session = {**STOCK, "exchange": "bse", "board": "bse", "action": "order"}
    found = result("market.session", session, "2021-11-12T10:00:00+08:00")
    assert found["reason"] == "SESSION_NOT_CONFIGURED"
