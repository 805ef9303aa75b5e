"""Edges of every family, one a line of edges.jsonl: bounds, dates, orders of tests."""

import json
from pathlib import Path

import pytest

from services.rules.evaluator.registry import FAMILIES
from tests.services.rules.expectation import differences
from tests.services.rules.trial import result

CASES = [
    json.loads(line)
    for line in Path(__file__).with_name("edges.jsonl").read_text("utf-8").splitlines()
]


@pytest.mark.parametrize("at", range(len(CASES)), ids=lambda at: f"{at + 1}-{CASES[at]['family']}")
def test_edge(at: int) -> None:
    case = CASES[at]
    as_of = case.get("as_of", "2026-11-20")
    found = result(case["family"], case["given"], as_of, case.get("settings"))
    assert differences(case["expect"], found) == [], case.get("note")


def test_every_family_has_an_edge() -> None:
    assert {case["family"] for case in CASES} == set(FAMILIES)
