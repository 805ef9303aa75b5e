"""Rules that pick clients."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.clients.segments.judge import Answer, ClientFacts, answer_of, explain
from models.clients.segments.rule import (
    AssetsBetween,
    BirthdayWithin,
    CommissionBetween,
    ConsentsTo,
    Every,
    Holds,
    Leaf,
    NoContactFor,
    Not,
    Part,
    RiskIs,
    RiskTestEndsWithin,
    SegmentRule,
    Some,
    Subscribes,
    TierIs,
    read_rule,
    rule_text,
)
from models.clients.tier import RiskClass, Tier
from models.errors import ExpectedFailure
from models.rules.messages.send_gate import Purpose

TODAY = date(2023, 2, 1)
KNOWN = ClientFacts(
    client_id="C1",
    tier=Tier.GOLD,
    average_assets_cents=100_000_000,
    year_commission_cents=500_000,
    symbols=frozenset({"600519.SH"}),
    products=frozenset({"SMS2"}),
    last_contact_on=date(2023, 1, 2),
    risk_class=RiskClass.C3,
    risk_valid_to=date(2023, 2, 10),
    birthday=date(1980, 2, 3),
    consents={("marketing", "sms"): True, ("marketing", "phone"): False},
)
BLANK = replace(KNOWN, risk_class=None, risk_valid_to=None, birthday=None)

LEAVES: list[tuple[Leaf, Answer]] = [
    (TierIs((Tier.GOLD, Tier.PLATINUM)), Answer.IN),
    (TierIs((Tier.SILVER,)), Answer.OUT),
    (AssetsBetween(at_least=100_000_000), Answer.IN),
    (AssetsBetween(below=100_000_000), Answer.OUT),
    (CommissionBetween(500_000, 500_001), Answer.IN),
    (CommissionBetween(500_001, None), Answer.OUT),
    (Holds("600519.SH"), Answer.IN),
    (Holds("000001.SZ"), Answer.OUT),
    (RiskIs((RiskClass.C3,)), Answer.IN),
    (RiskIs((RiskClass.C1,)), Answer.OUT),
    (ConsentsTo(Purpose.MARKETING, "sms"), Answer.IN),
    (ConsentsTo(Purpose.MARKETING, "phone"), Answer.OUT),
    (ConsentsTo(Purpose.SERVICE, "sms"), Answer.OUT),
    (NoContactFor(30), Answer.IN),
    (NoContactFor(31), Answer.OUT),
    (Subscribes(("SMS1", "SMS2")), Answer.IN),
    (Subscribes(("A",)), Answer.OUT),
    (BirthdayWithin(2), Answer.IN),
    (BirthdayWithin(1), Answer.OUT),
    (RiskTestEndsWithin(9), Answer.IN),
    (RiskTestEndsWithin(8), Answer.OUT),
]


def rule(part: Part) -> SegmentRule:
    return SegmentRule(1, part)


@pytest.mark.parametrize(("leaf", "answer"), LEAVES)
def test_a_condition_is_judged_by_its_fact(leaf: Leaf, answer: Answer) -> None:
    assert answer_of(rule(leaf), KNOWN, TODAY) is answer


@pytest.mark.parametrize(
    "leaf", [RiskIs((RiskClass.C3,)), BirthdayWithin(2), RiskTestEndsWithin(9)]
)
def test_what_nobody_knows_is_neither_in_nor_out(leaf: Leaf) -> None:
    assert answer_of(rule(leaf), BLANK, TODAY) is Answer.UNKNOWN
    assert answer_of(rule(Not(leaf)), BLANK, TODAY) is Answer.UNKNOWN
    [finding] = explain(rule(Not(leaf)), BLANK, TODAY)
    assert finding.leaf == leaf
    assert finding.missing


def test_who_was_never_reached_has_had_no_contact_for_any_time() -> None:
    never = replace(KNOWN, last_contact_on=None)
    assert answer_of(rule(NoContactFor(3_000)), never, TODAY) is Answer.IN


def test_an_unknown_fact_counts_only_where_it_decides() -> None:
    risk, tier, not_his = RiskIs((RiskClass.C3,)), TierIs((Tier.GOLD,)), TierIs((Tier.SILVER,))
    cases: list[tuple[Part, Answer, list[Leaf]]] = [
        (Every((tier, risk)), Answer.UNKNOWN, [risk]),
        (Every((risk, not_his)), Answer.OUT, [not_his]),
        (Some((risk, tier)), Answer.IN, [tier]),
        (Some((not_his, risk)), Answer.UNKNOWN, [risk]),
        (Not(Some((tier, risk))), Answer.OUT, [tier]),
    ]
    for part, answer, decisive in cases:
        assert answer_of(rule(part), BLANK, TODAY) is answer
        assert [found.leaf for found in explain(rule(part), BLANK, TODAY)] == decisive


def test_a_birthday_on_29_february_is_kept_on_the_28th() -> None:
    born = replace(KNOWN, birthday=date(1980, 2, 29))
    assert answer_of(rule(BirthdayWithin(0)), born, date(2023, 2, 28)) is Answer.IN
    assert answer_of(rule(BirthdayWithin(0)), born, date(2024, 2, 28)) is Answer.OUT


parts = st.recursive(
    st.sampled_from([leaf for leaf, _ in LEAVES]),
    lambda inner: (
        st.builds(Every, st.lists(inner, min_size=1, max_size=3).map(tuple))
        | st.builds(Some, st.lists(inner, min_size=1, max_size=3).map(tuple))
        | st.builds(Not, inner)
    ),
    max_leaves=8,
)


@given(parts, st.sampled_from(list(RiskClass)), st.dates(), st.dates(date(1930, 1, 1), TODAY))
def test_no_answer_is_turned_by_what_becomes_known_later(
    part: Part, risk: RiskClass, ends: date, born: date
) -> None:
    later = replace(BLANK, risk_class=risk, risk_valid_to=ends, birthday=born)
    before, after = (answer_of(rule(part), client, TODAY) for client in (BLANK, later))
    assert after is not Answer.UNKNOWN
    assert before in (Answer.UNKNOWN, after)


@given(parts)
def test_a_rule_comes_back_from_its_text(part: Part) -> None:
    try:
        back = read_rule(rule_text(rule(part)))
    except ExpectedFailure as refused:
        assert refused.code == "SEGMENT_TOO_LARGE"
        return
    assert back == rule(part)


def test_a_bad_rule_is_refused_with_its_reason() -> None:
    deep = '{"type":"not","part":' * 9 + '{"type":"birthday","days":1}' + "}" * 9
    bad = {
        '{"type":"tier","tiers":[]}': "SEGMENT_EMPTY",
        '{"type":"and","parts":[]}': "SEGMENT_EMPTY",
        '{"type":"assets"}': "SEGMENT_EMPTY",
        '{"type":"assets","at_least":5,"below":5}': "SEGMENT_BOUNDS",
        '{"type":"birthday","days":-1}': "SEGMENT_DAYS",
        '{"type":"consent","purpose":"service","channel":"pigeon"}': "SEGMENT_CHANNEL",
        '{"type":"subscribes","products":["Z"]}': "SEGMENT_PRODUCT",
        '{"type":"tier","tiers":["tin"]}': "SEGMENT_UNREADABLE",
        '{"type":"shoe_size"}': "SEGMENT_UNREADABLE",
        '{"type":"holds","symbol":"600519.SH","or":1}': "SEGMENT_UNREADABLE",
        deep: "SEGMENT_TOO_LARGE",
    }
    texts = {f'{{"version":1,"part":{part}}}': code for part, code in bad.items()}
    texts |= {'{"version":2,"part":{}}': "SEGMENT_VERSION", "{": "SEGMENT_UNREADABLE"}
    for text, code in texts.items():
        with pytest.raises(ExpectedFailure) as refused:
            read_rule(text)
        assert refused.value.code == code, text
