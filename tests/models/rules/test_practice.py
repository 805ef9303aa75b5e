"""Practice by pure rules: files that do not fit are refused by code, runs judged by their rows."""

from datetime import datetime, timedelta
from importlib.resources import files

import pytest

from models.dates import BEIJING
from models.rules.access.practice.judge import Finding, Judgement, judge
from models.rules.access.practice.reading import ScenarioBroken, read_scenario
from models.rules.access.practice.result import Result, ResultBroken, hash_of, pack, unpack
from models.rules.access.practice.scenario import Scenario
from models.rules.access.practice.script import due_steps
from models.rules.access.practice.trace import Did, Played, Trace
from models.wire.acts import acts

TEN = datetime(2023, 2, 1, 10, tzinfo=BEIJING)
TEXT = files("resources").joinpath("practice/product.toml").read_text("utf-8")

BROKEN = (
    ("SCENARIO_SYNTAX", "format = 1", "format = = 1"),
    ("SCENARIO_FIELD", "format = 1", "format = 2"),
    ("SCENARIO_FIELD", "format = 1", 'format = 1\nsurprise = "x"'),
    ("SCENARIO_FIELD", 'tier = "gold"', 'tier = "diamond"'),
    ("SCENARIO_FIELD", 'within = "00:05:00"', 'within = "5 min"'),
    ("SCENARIO_DUPLICATE", 'name = "signs"', 'name = "applies"'),
    ("SCENARIO_CLIENT", 'does = "comes", client = "P000001"', 'does = "comes", client = "P000009"'),
    ("SCENARIO_DATE", 'birthday = "1981-01-19"', 'birthday = "1981-02-30"'),
    ("SCENARIO_STEP", 'since = "approves"', 'since = "never_was"'),
    ("SCENARIO_CIRCLE", 'after = "00:00:30"', 'after = "00:00:30"\nsince = "approves"'),
    ("SCENARIO_DEED", 'channel = "phone", says', 'channel = "pigeon", says'),
    ("SCENARIO_ACT", 'act = "sign_application"', 'act = "sing_application"'),
    ("SCENARIO_WHERE", "initiative = ", "initiatives = "),
    ("SCENARIO_OUTCOME", 'outcome = "APPLICATION_STATE"', 'outcome = "perhaps"'),
    ("SCENARIO_TIME", 'kind = "never"', 'kind = "never"\nwithin = "00:01:00"'),
    ("SCENARIO_WEIGHTS", "weight = 10", "weight = 11"),
)


@pytest.mark.parametrize(("code", "right", "wrong"), BROKEN)
def test_a_file_that_does_not_fit_is_refused_by_code(code: str, right: str, wrong: str) -> None:
    assert right in TEXT
    with pytest.raises(ScenarioBroken) as refused:
        read_scenario(TEXT.replace(right, wrong, 1).encode(), acts())
    assert refused.value.code == code


def product() -> Scenario:
    """The scenario of an application."""
    return read_scenario(TEXT.encode(), acts())


def at(minutes: float) -> datetime:
    """So long after ten."""
    return TEN + timedelta(minutes=minutes)


def did(minutes: float, act: str, outcome: str = "applied", **fields: str) -> Did:
    """An act for the client."""
    return Did(at(minutes), act, "P000001", outcome, f"cmd-{act}", f"row-{act}", fields)


ASKED = Played("asks", at(0.5), "applied", "row-asks", "我想开通")
APPROVED = Played("approves", at(5), "applied", "row-approves", "同意")
APPLIED = did(1, "apply_for_product", product="A", initiative="client")
SUBMITTED = did(4, "submit_application")


def trace(*acts_done: Did, until: float = 25, gaps: tuple[str, ...] = (), steps: int = 2) -> Trace:
    """A run of the scenario."""
    played = (ASKED, APPROVED)[:steps]
    return Trace(TEN, at(until), played, acts_done, gaps)


def of(judgement: Judgement, name: str) -> Finding:
    """What became of one expectation."""
    return next(line.finding for line in judgement.lines if line.name == name)


def test_in_time_late_and_missing_by_the_moment() -> None:
    judgement = judge(product(), trace(APPLIED, did(9, "submit_application"), steps=1))
    assert of(judgement, "applies") is Finding.DONE
    assert of(judgement, "submits") is Finding.DONE
    assert of(judgement, "signs") is Finding.MISSING
    late = judge(product(), trace(did(6, "apply_for_product", product="A", initiative="client")))
    assert of(late, "applies") is Finding.LATE
    assert [line.earned for line in late.lines if line.name == "applies"] == [20 * 50]


def test_the_deadline_itself_is_in_time() -> None:
    exact = did(5.5, "apply_for_product", product="A", initiative="client")
    assert of(judge(product(), trace(exact)), "applies") is Finding.DONE


@pytest.mark.parametrize("until", [3.0, 12.0, 24.9])
def test_before_the_end_what_was_not_done_is_unknown_not_missing(until: float) -> None:
    judgement = judge(product(), trace(until=until, steps=1))
    assert {line.finding for line in judgement.lines} == {Finding.UNKNOWN}
    assert (judgement.earned, judgement.unknown) == (0, 10_000)


def test_an_act_that_central_has_not_answered_is_unknown() -> None:
    waiting = did(1, "apply_for_product", "", product="A", initiative="client")
    judgement = judge(product(), trace(waiting))
    assert of(judgement, "applies") is Finding.UNKNOWN
    [line] = [line for line in judgement.lines if line.name == "applies"]
    assert [row.row for row in line.shown] == ["row-apply_for_product"]


def test_a_hole_in_the_trace_hides_forbidden_acts_and_shows_those_that_are_seen() -> None:
    hidden = judge(product(), trace(gaps=("desk-1 有 1 条命令没有送达",)))
    assert of(hidden, "no_short_cut") is Finding.UNKNOWN
    tried = did(2, "submit_application", "APPLICATION_STATE")
    seen = judge(product(), trace(tried, gaps=("desk-1 有 1 条命令没有送达",)))
    assert of(seen, "no_short_cut") is Finding.BROKEN


def test_a_step_that_the_trainee_never_reached_is_his_loss() -> None:
    judgement = judge(product(), trace(APPLIED, steps=1))
    assert of(judgement, "tells") is Finding.MISSING


def test_a_step_of_the_script_that_was_not_played_is_unknown() -> None:
    judgement = judge(product(), trace(APPLIED, steps=0))
    assert of(judgement, "applies") is Finding.UNKNOWN


def test_another_clients_act_or_other_words_do_not_count() -> None:
    scenario = product()
    words = did(6, "log_contact", direction="out", summary="今天天气不错")
    other = Did(at(6), "log_contact", "P000002", "applied", "c", "r", {"direction": "out"})
    assert of(judge(scenario, trace(words, other)), "tells") is Finding.MISSING
    told = did(6, "log_contact", direction="out", summary="已通过,明日生效")
    assert of(judge(scenario, trace(words, other, told)), "tells") is Finding.DONE


def test_steps_are_due_by_clock_and_by_what_the_trainee_did() -> None:
    scenario = product()
    early = Trace(TEN, at(0.4), (), ())
    assert list(due_steps(scenario, early)) == []
    begun = Trace(TEN, at(0.5), (), ())
    assert [due.step.name for due in due_steps(scenario, begun)] == ["asks"]
    waiting = Trace(TEN, at(9), (ASKED,), ())
    assert list(due_steps(scenario, waiting)) == []
    asked = Trace(TEN, at(5), (ASKED,), (SUBMITTED,))
    [decides] = due_steps(scenario, asked)
    assert decides.by == SUBMITTED


def test_unless_leaves_a_step_out() -> None:
    text = TEXT.replace(
        'after = "00:00:30"',
        'after = "00:00:30"\nunless = { act = "apply_for_product", client = "P000001" }',
        1,
    )
    scenario = read_scenario(text.encode(), acts())
    before = Trace(TEN, at(2), (), (did(0.2, "apply_for_product"),))
    assert list(due_steps(scenario, before)) == []
    after = Trace(TEN, at(2), (), (did(1, "apply_for_product"),))
    assert [due.step.name for due in due_steps(scenario, after)] == ["asks"]


def result() -> Result:
    """What came of a run."""
    scenario, told = product(), trace(APPLIED)
    return Result("product-1", "M001", TEN, scenario, told, judge(scenario, told))


def test_a_result_comes_back_whole() -> None:
    raw, result_hash = pack(result())
    assert unpack(raw, result_hash) == result()


def test_a_changed_result_is_found() -> None:
    raw, result_hash = pack(result())
    better = raw.replace(b'"finding":"missing"', b'"finding":"done"')
    with pytest.raises(ResultBroken) as changed:
        unpack(better, result_hash)
    assert changed.value.code == "RESULT_HASH"
    with pytest.raises(ResultBroken) as wrong:
        unpack(better, hash_of(better))
    assert wrong.value.code == "RESULT_WRONG"
    with pytest.raises(ResultBroken) as no_form:
        unpack(b"{}", hash_of(b"{}"))
    assert no_form.value.code == "RESULT_FORM"
