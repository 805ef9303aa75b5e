"""Tables of cases, one a line: edges of every family, days of change, settings that are unset, and
corners written down from the text alone by one who had not read the code."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from services.rules.evaluator.registry import FAMILIES
from tests.services.rules.expectation import differences
from tests.services.rules.trial import error_of, result


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A line of a table; ``note`` = the sentence it rests on."""

    family: str
    given: object
    as_of: str = "2026-11-20"
    settings: dict[str, object] | None = None
    expect: object = None
    expect_error: str = ""
    note: str = ""


def cases(name: str) -> list[Case]:
    lines = Path(__file__).with_name(f"{name}.jsonl").read_text("utf-8").splitlines()
    return [Case(**json.loads(line)) for line in lines]


TABLES = {name: cases(name) for name in ("edges", "dates", "unset", "corners")}
ALL = [
    pytest.param(case, id=f"{name}-{at}-{case.family}")
    for name, table in TABLES.items()
    for at, case in enumerate(table, 1)
]


@pytest.mark.parametrize("case", ALL)
def test_case(case: Case) -> None:
    if case.expect_error:
        found = error_of(case.family, case.given, as_of=case.as_of, settings=case.settings)
        assert found == case.expect_error, case.note
        return
    told = result(case.family, case.given, case.as_of, case.settings)
    assert differences(case.expect, told) == [], case.note


def test_every_family_has_an_edge() -> None:
    assert {case.family for case in TABLES["edges"]} == set(FAMILIES)
