"""The contract of a line: what is an answer, what is an error, and that nothing stops the rest."""

import json

import pytest

from services.rules.evaluator.lines import evaluate_line, evaluate_lines
from tests.services.rules.trial import NOW, answer, demo, error_of, result

GOOD = '{"id": "g", "family": "points.balance", "given": {"entries": ["1.5"]}}'


@pytest.mark.parametrize(
    "line",
    [
        "not json",
        "[1, 2]",
        "null",
        '"text"',
        "",
        '{"id": "x", "family": "mask"',
        '{"id": NaN}',
        '{"id": "x", "family": "mask"} {}',
        "# comment",
        "[" * 100_000,
        b"\xff\xfe",
        '{"id": "utf-16"}'.encode("utf-16"),
        b'{"id": "\xed\xa0\x80"}',  # half a character is not UTF-8
        '{"id": "x", "given": 1e999}',
        '{"id": "x", "given": %s}' % ("9" * 5_000),
    ],
)
def test_a_line_that_is_no_json_object_is_bad_json_without_id(line: str | bytes) -> None:
    told = evaluate_line(line, demo(), NOW)
    assert told["id"] is None
    assert told["error"] and json.loads(json.dumps(told))["error"]["code"] == "BAD_JSON"


def test_one_bad_line_never_stops_the_others() -> None:
    answers = [json.loads(a) for a in evaluate_lines([GOOD, "{", GOOD], demo(), NOW)]
    assert ["result" in a for a in answers] == [True, False, True]


def test_an_answer_is_one_line_whatever_its_id_holds() -> None:
    line = GOOD.replace('"g"', '"a\u2028b\u2029c\x85d"')
    told = "\n".join(evaluate_lines([line, GOOD], demo(), NOW)).splitlines()
    assert [json.loads(each)["id"] for each in told] == ["a\u2028b\u2029c\x85d", "g"]


def nested(depth: int) -> str:
    """Return an event that carries lists in lists."""
    deep = "[" * depth + "]" * depth
    event = f'{{"id": "e", "kind": "ipo_issue", "security": "1", "deep": {deep}}}'
    given = f'{{"holdings": [], "subscriptions": ["SMS3"], "events": [{event}]}}'
    return f'{{"id": "n", "family": "alert.generate", "given": {given}}}'


@pytest.mark.parametrize("depth", [50, 600, 900, 2_000])
def test_no_depth_stops_the_lines_after_it(depth: int) -> None:
    answers = [json.loads(a) for a in evaluate_lines([nested(depth), GOOD], demo(), NOW)]
    assert ("result" in answers[0]) == (depth == 50)
    assert "result" in answers[1]


def test_a_json_number_that_is_only_handed_on_stays_exact() -> None:
    line = nested(1).replace('"deep": []', '"deep": 0.10000000000000000000000000000001')
    told = json.loads(json.dumps(evaluate_line(line, demo(), NOW)))
    assert told["result"]["messages"][0]["deep"] == "0.10000000000000000000000000000001"


def test_unknown_family_is_tested_before_everything_else() -> None:
    assert error_of("tier.asign", 5, as_of=7, settings=[]) == "UNKNOWN_FAMILY"


@pytest.mark.parametrize(
    "family", ["", '"family": null, ', '"family": 5, ', f'"family": {"[" * 900}{"]" * 900}, ']
)
def test_a_family_that_is_no_word_is_unknown_too(family: str) -> None:
    told = evaluate_line(f'{{{family}"id": "x", "given": 5}}', demo(), NOW)
    assert (told["id"], json.loads(json.dumps(told))["error"]["code"]) == ("x", "UNKNOWN_FAMILY")


BAD_GIVEN: list[tuple[str, object]] = [
    ("tier.assign", {"assets": "1"}),  # missing
    ("tier.assign", {"commission": "1"}),  # neither assets nor daily_assets
    ("tier.assign", {"assets": "1", "commission": "1", "current_tier": "diamond"}),
    ("tier.assign", {"assets": 1, "commission": "1"}),  # a JSON number where dec is asked
    ("tier.assign", {"assets": "1e3", "commission": "1"}),
    ("tier.assign", {"assets": "1,000", "commission": "1"}),
    ("tier.assign", {"assets": "", "commission": "1"}),
    ("tier.assign", []),
    ("tier.review", {"tier": "gold", "reviews": [{"date": "2026-02-29", "result": "gold"}]}),
    ("points.accrue", {"tier": "gold", "events": [{"id": "a", "kind": "gift"}]}),
    ("points.accrue", {"tier": "gold", "events": [{"id": "a", "kind": "reversal"}]}),
    ("points.accrue", {"events": []}),
    ("market.quantity", {"board": "main", "side": "buy", "qty": "100"}),
    ("market.quantity", {"board": "main", "side": "buy", "qty": 100.0}),
    ("market.quantity", {"board": "main", "side": "buy", "qty": True}),
    ("market.quantity", {"board": "moon", "side": "buy", "qty": 100}),
    ("market.price_limit", {"board": "main"}),
    ("market.price_limit", {"prev_close": "10.00"}),
    ("market.halt", {"open": "1", "prints": [{"at": "25:00:00", "price": "1"}]}),
    ("suitability.decide", {"product": "A", "initiative": "client"}),
    ("suitability.decide", {"risk_class": "C1", "initiative": "client"}),
    ("entitlement.check", {"use": "golf", "tier": "gold"}),
    ("message.receipt", {"submit": "accepted", "receipt": "LOST"}),
    ("reminder.move", {"new_time": "2026-11-20T10:00:00"}),
    ("assessment.score", {"reached": {"goals": "1"}}),
    ("redeem.request", {"balance": "9", "requests": [{"id": "q", "product": "A", "months": 1}]}),
]


@pytest.mark.parametrize(("family", "given"), BAD_GIVEN)
def test_a_case_that_cannot_be_judged_is_bad_input(family: str, given: object) -> None:
    assert error_of(family, given) == "BAD_INPUT"


@pytest.mark.parametrize(
    "more",
    [
        {"as_of": "2026-02-30"},
        {"as_of": "20.11.2026"},
        {"as_of": 20261120},
        {"as_of": "2026-11-20T10:00:00Z"},
        {"settings": []},
        {"settings": {"tier": {"silver": {"assets": 200000}}}},
        {"settings": {"changes": [{"effective_from": "soon", "set": {}}]}},
        {"settings": {"hft": {"window_ms": 0}}},  # once a crash: no window holds its own end
        {"settings": {"hft": {"per_second": -1}}},
        {"settings": {"products": {"D": {"days_in_year": 0}}}},
        {"id": 5},
    ],
)
def test_bad_surroundings_of_a_case_are_bad_input(more: dict[str, object]) -> None:
    assert error_of("points.balance", {"entries": []}, **more) == "BAD_INPUT"


def test_null_removes_a_setting_and_the_rule_refuses() -> None:
    given = {"tier": "silver", "balance": "9999", "steps": []}
    apply = {**given, "steps": [{"do": "apply", "at": "2026-11-20", "by": "s1"}]}
    steps = result("upgrade.apply", apply, settings={"upgrade": {"cost": None}})["steps"]
    assert steps == [{"ok": False, "reason": "UPGRADE_NOT_CONFIGURED", "short_by": None}]


@pytest.mark.parametrize(
    ("family", "given", "settings", "reason"),
    [
        ("advice.check", {"text": "x"}, {"advice": None}, "PROMISE_WORDS_NOT_CONFIGURED"),
        ("ipo.ban", {"defaults": []}, {"ipo": None}, "IPO_NOT_CONFIGURED"),
        ("product.annual_fee", {"entrusted": "1"}, {"products": None}, "FEE_NOT_CONFIGURED"),
        (
            "sms.subscribe",
            {"product": "SMS1", "months": 1, "start": "2026-11-20"},
            {"sms": None},
            "FEE_NOT_CONFIGURED",
        ),
        (
            "market.session",
            {"exchange": "sse", "board": "main", "action": "order"},
            None,
            "CALENDAR_NOT_CONFIGURED",
        ),
    ],
)
def test_a_missing_setting_is_a_result(
    family: str, given: object, settings: dict[str, object] | None, reason: str
) -> None:
    as_of = "2040-01-04T10:00:00+08:00" if settings is None else "2026-11-20"
    found = result(family, given, as_of, settings)
    assert (found["ok"], found["reason"]) == (False, reason)


def test_settings_are_those_of_the_day_of_the_case() -> None:
    change = {"effective_from": "2026-10-01", "set": {"tier": {"silver": {"assets": "300000"}}}}
    given = {"assets": "250000", "commission": "0"}
    tiers = [
        result("tier.assign", given, day, {"changes": [change]})["tier"]
        for day in ("2026-09-30", "2026-10-01")
    ]
    assert tiers == ["silver", "ordinary"]


def test_without_as_of_the_given_moment_counts() -> None:
    line = '{"id": "r", "family": "reminder.move", "given": {"new_time": "%s"}}'
    told = evaluate_line(line % "2026-11-20T09:59:59+08:00", demo(), NOW)
    found = told["result"]
    assert isinstance(found, dict)
    assert found == {"fires_at": "2026-11-20T10:00:00+08:00", "overdue": True}


def test_numbers_too_large_to_reckon_are_bad_input_not_a_crash() -> None:
    given = {"product": "SMS1", "months": 10**9, "start": "2026-11-20"}
    assert error_of("sms.subscribe", given) == "BAD_INPUT"
    assert error_of("ipo.quota", {"exchange": "sse", "mean_value": "9" * 31}) == "BAD_INPUT"
    zero = {"ipo": {"value_per_unit": "0"}}
    given = {"exchange": "sse", "mean_value": "20000"}
    assert error_of("ipo.quota", given, settings=zero) == "BAD_INPUT"


def test_decimals_leave_without_exponent() -> None:
    given = {"exchange": "szse", "source": "tick", "field": "qty", "raw": 100_000_000}
    assert result("level2.scale", given)["value"] == "1000000"
    told = answer("points.balance", {"entries": ["0.000000000001", "-0.000000000001"]})
    assert json.loads(json.dumps(told))["result"]["balance"] == "0.000000000000"
