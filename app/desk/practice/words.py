"""A result in words: what was found, what the trainee saw, did and should have done."""

from collections.abc import Iterator

from models.rules.access.practice.judge import Finding, Judgement, Line
from models.rules.access.practice.result import Result
from models.rules.access.practice.scenario import PLACE_ORDER
from models.rules.access.practice.trace import Did
from models.wire.commands import APPLIED
from models.wire.service.reasons import words_of
from models.wire.service.titles import TITLES

_HUNDRED = 100
_FINDINGS = {
    Finding.DONE: "✓ 按时完成",
    Finding.LATE: "△ 完成但超时",
    Finding.MISSING: "✗ 未完成",
    Finding.KEPT: "✓ 未触犯",
    Finding.BROKEN: "✗ 触犯",
    Finding.UNKNOWN: "? 无法判断",
}


def in_words(result: Result) -> Iterator[str]:
    """Yield the lines of a whole result."""
    told = result.judgement
    yield f"【演练】{result.scenario.title}({result.run_id},学员 {result.trainee})"
    yield f"得分 {points(told.earned)} / {points(told.most)}{_unknown(told)}"
    yield ""
    yield "应做与禁止"
    for line in told.lines:
        yield from _finding(line)
    yield ""
    yield "看到的与做过的"
    yield from (text for _, text in sorted(_story(result)))


def points(hundredths: int) -> str:
    """Return points as people write them."""
    whole, rest = divmod(hundredths, _HUNDRED)
    return f"{whole}.{rest:02d}" if rest else str(whole)


def _unknown(told: Judgement) -> str:
    unknown = f",其中 {points(told.unknown)} 分无法判断" if told.unknown else ""
    return unknown if told.is_over else f"{unknown}(演练未到结束时间)"


def _finding(line: Line) -> Iterator[str]:
    yield (
        f"  {_FINDINGS[line.finding]}  {points(line.earned)}/{points(line.weight)}"
        f"  {line.about}〔{line.source}〕"
    )
    yield f"      {line.why}"
    for row in line.shown:
        yield f"      依据 {row.row} {row.at:%H:%M:%S} {_title(row.act)} {_outcome(row.outcome)}"


def _story(result: Result) -> Iterator[tuple[str, str]]:
    for one in result.trace.played:
        yield one.at.isoformat(), f"  {one.at:%H:%M:%S} ← {one.words}({_outcome(one.outcome)})"
    for did in result.trace.did:
        yield did.at.isoformat(), f"  {did.at:%H:%M:%S} → {_act(did)}"


def _act(did: Did) -> str:
    said = did.fields.get("summary") or did.fields.get("note", "")
    told = f" {said}" if said else ""
    return f"{_title(did.act)} {did.client_id}{told}({_outcome(did.outcome)})"


def _title(act: str) -> str:
    return "委托" if act == PLACE_ORDER else TITLES.get(act, act)


def _outcome(outcome: str) -> str:
    if outcome == APPLIED:
        return "已受理"
    return f"被拒绝 {outcome} {words_of(outcome)}" if outcome else "尚未答复"
