"""Reads a scenario from its text; what is unknown, missing or does not fit has a reason code."""

from collections.abc import Iterator, Mapping, Set
from datetime import date

import msgspec

from models.clients.contact import is_contact
from models.errors import ExpectedFailure
from models.lives.consent import CONSENT_CHANNELS
from models.rules.access.practice.scenario import (
    PLACE_ORDER,
    Agrees,
    Comes,
    Decides,
    Expectation,
    Pattern,
    Scenario,
    Step,
    span_of,
)

ORDER_FIELDS = frozenset(
    {"symbol", "side", "quantity", "price_units", "account", "instruction_id", "state"}
)
_ALL = 100
_OUTCOMES = ("any", "applied", "refused")

Acts = Mapping[str, Set[str]]  # what can be done: the fields of each command by its tag


class ScenarioBroken(ExpectedFailure):
    """The file cannot be played; ``code`` says why."""

    def __init__(self, code: str, told: str) -> None:
        super().__init__(f"演练剧本有错:{told}", "请改正该处", code)


def read_scenario(raw: bytes, acts: Acts) -> Scenario:
    """Return the scenario; ``acts`` are the commands there are, with their fields.

    Raises ScenarioBroken SCENARIO_SYNTAX, SCENARIO_FIELD, SCENARIO_DUPLICATE, SCENARIO_CLIENT,
    SCENARIO_DATE, SCENARIO_STEP, SCENARIO_CIRCLE, SCENARIO_DEED, SCENARIO_ACT, SCENARIO_WHERE,
    SCENARIO_OUTCOME, SCENARIO_TIME or SCENARIO_WEIGHTS.
    """
    try:
        scenario = msgspec.toml.decode(raw, type=Scenario)
    except msgspec.ValidationError as fault:
        raise ScenarioBroken("SCENARIO_FIELD", str(fault)) from fault
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError) as fault:
        raise ScenarioBroken("SCENARIO_SYNTAX", str(fault)) from fault
    for code, told in _faults(scenario, acts):
        raise ScenarioBroken(code, told)
    return scenario


def _faults(scenario: Scenario, acts: Acts) -> Iterator[tuple[str, str]]:
    yield from _doubles(scenario)
    yield from _clients(scenario)
    yield from _steps(scenario)
    for pattern in scenario.patterns():
        yield from _pattern(scenario, pattern, acts)
    for expected in scenario.expectations:
        yield from _expectation(scenario, expected)
    whole = sum(one.weight for one in scenario.expectations)
    if whole != _ALL:
        yield "SCENARIO_WEIGHTS", f"权重之和是 {whole},应为 {_ALL}"


def _doubles(scenario: Scenario) -> Iterator[tuple[str, str]]:
    for names in (
        [one.client_id for one in scenario.clients],
        [one.name for one in scenario.script],
        [one.name for one in scenario.expectations],
    ):
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            yield "SCENARIO_DUPLICATE", f"重复的编号 {'、'.join(twice)}"


def _clients(scenario: Scenario) -> Iterator[tuple[str, str]]:
    for client in scenario.clients:
        try:
            date.fromisoformat(client.birthday)
        except ValueError:
            yield "SCENARIO_DATE", f"{client.client_id} 的生日 {client.birthday} 不是日期"
        for given in client.consents:
            if given.channel not in CONSENT_CHANNELS:
                yield "SCENARIO_DEED", f"{client.client_id} 的同意渠道 {given.channel} 不存在"


def _steps(scenario: Scenario) -> Iterator[tuple[str, str]]:
    for step in scenario.script:
        yield from _known_step(scenario, step.since, step.name)
        yield from _deed(scenario, step)
    for step in scenario.script:
        seen, before = {step.name}, scenario.step(step.since)
        while before is not None:
            if before.name in seen:
                yield "SCENARIO_CIRCLE", f"步骤 {step.name} 等待自己"
                return
            seen.add(before.name)
            before = scenario.step(before.since)


def _known_step(scenario: Scenario, name: str, by: str) -> Iterator[tuple[str, str]]:
    if name and scenario.step(name) is None:
        yield "SCENARIO_STEP", f"{by} 所指的步骤 {name} 不存在"


def _deed(scenario: Scenario, step: Step) -> Iterator[tuple[str, str]]:
    deed = step.deed
    if isinstance(deed, Comes | Agrees):
        yield from _known_client(scenario, deed.client, step.name)
    if isinstance(deed, Comes) and not is_contact(deed.channel, "in"):
        yield "SCENARIO_DEED", f"{step.name} 的联系方式 {deed.channel} 不存在"
    if isinstance(deed, Agrees) and deed.channel not in CONSENT_CHANNELS:
        yield "SCENARIO_DEED", f"{step.name} 的渠道 {deed.channel} 不存在"
    if isinstance(deed, Decides) and step.when is None:
        yield "SCENARIO_DEED", f"{step.name} 没有写明复核哪一项申请(when)"


def _known_client(scenario: Scenario, client: str, by: str) -> Iterator[tuple[str, str]]:
    if client not in {one.client_id for one in scenario.clients}:
        yield "SCENARIO_CLIENT", f"{by} 所指的客户 {client} 不存在"


def _pattern(scenario: Scenario, pattern: Pattern, acts: Acts) -> Iterator[tuple[str, str]]:
    known = ORDER_FIELDS if pattern.act == PLACE_ORDER else acts.get(pattern.act)
    if known is None:
        yield "SCENARIO_ACT", f"没有动作 {pattern.act}"
        return
    if pattern.client:
        yield from _known_client(scenario, pattern.client, pattern.act)
    for name in pattern.where:
        if name not in known:
            yield "SCENARIO_WHERE", f"动作 {pattern.act} 没有字段 {name}"
    if pattern.outcome not in _OUTCOMES and not pattern.outcome.isupper():
        yield "SCENARIO_OUTCOME", f"结果 {pattern.outcome} 无法识别"


def _expectation(scenario: Scenario, expected: Expectation) -> Iterator[tuple[str, str]]:
    for name in (expected.since, expected.until):
        yield from _known_step(scenario, name, expected.name)
    must = expected.kind == "must"
    if must != bool(expected.within):
        yield "SCENARIO_TIME", f"{expected.name}:须做的要有期限 within,禁止的没有"
    if must and expected.until:
        yield "SCENARIO_TIME", f"{expected.name}:须做的没有 until"
    if span_of(expected.within) > span_of(scenario.lasts):
        yield "SCENARIO_TIME", f"{expected.name}:期限长于演练"
