"""Asks the evaluator about one case under the demo firm's settings."""

import json
from datetime import datetime
from functools import cache

from models.dates import BEIJING
from models.rules.basis.profile import Profile
from services.rules.evaluator.lines import evaluate_line
from services.rules.loader import load_profile

NOW = datetime(2026, 11, 20, 10, tzinfo=BEIJING)


@cache
def demo() -> Profile:
    """Return the demo firm's settings."""
    return load_profile(None)


def answer(
    family: str,
    given: object,
    as_of: str = "2026-11-20",
    settings: dict[str, object] | None = None,
) -> dict[str, object]:
    """Return the whole answer to a case."""
    case = {"id": "t", "family": family, "given": given, "as_of": as_of, "settings": settings}
    return evaluate_line(json.dumps(case), demo(), NOW)


def result(
    family: str,
    given: object,
    as_of: str = "2026-11-20",
    settings: dict[str, object] | None = None,
) -> dict[str, object]:
    """Return the result of a case that can be judged."""
    told = answer(family, given, as_of, settings)
    found = told.get("result")
    assert isinstance(found, dict), told
    return found


def error_of(family: str, given: object, **more: object) -> object:
    """Return the error code of a case that cannot be judged."""
    case = {"id": "t", "family": family, "given": given, **more}
    error = evaluate_line(json.dumps(case), demo(), NOW)["error"]
    assert isinstance(error, dict)
    return error["code"]
