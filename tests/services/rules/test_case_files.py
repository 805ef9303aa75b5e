"""Every example case of the contract, and every example in its text, gets its answer."""

import json
import re
from datetime import datetime
from functools import cache

import pytest

from models.dates import BEIJING
from models.rules.basis.profile import Profile
from services.rules.evaluator.lines import evaluate_line
from services.rules.evaluator.registry import FAMILIES
from services.rules.loader import load_profile
from tests.services.rules.expectation import differences
from tests.support.shared_data import shared_spec

NOW = datetime(2026, 11, 20, tzinfo=BEIJING)
EXAMPLE = re.compile(r"^([a-z0-9.]+_?[a-z_0-9]*)(?: @(\S+))? (\{.*\}) → (\{.*\})$", re.M)


@cache
def rp1() -> Profile:
    return load_profile(shared_spec("profile_rp1.toml"))


def check(case: dict[str, object]) -> None:
    answer = evaluate_line(json.dumps(case), rp1(), NOW)
    if "expect_error" in case:
        error = answer["error"]
        assert isinstance(error, dict)
        assert error["code"] == case["expect_error"]
        return
    assert "result" in answer, answer
    assert differences(case["expect"], answer["result"]) == [], answer


@pytest.mark.parametrize("family", [*sorted(FAMILIES), "contract"])
def test_example_cases_of_family(family: str) -> None:
    lines = shared_spec(f"cases/{family}.jsonl").read_text("utf-8").splitlines()
    for line in lines:
        check(json.loads(line))


def test_every_case_file_has_a_family() -> None:
    names = {file.stem for file in shared_spec("cases").glob("*.jsonl")}
    assert names == {*FAMILIES, "contract"}


def test_examples_in_the_text_of_the_contract() -> None:
    examples = EXAMPLE.findall(shared_spec("rules_eval.md").read_text("utf-8"))
    judged = [example for example in examples if "…" not in example[3]]
    for family, as_of, given, expected in judged:
        check(
            {
                "id": family,
                "family": family,
                "as_of": as_of or "2026-11-20",
                "given": json.loads(given),
                "expect": json.loads(expected),
            }
        )
    assert len({example[0] for example in judged}) >= len(FAMILIES) - 1
