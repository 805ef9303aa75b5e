"""Points over the period: opening, entries, closing, which is the sum of all entries."""

from collections import defaultdict
from decimal import Decimal

from models.files.report.document import (
    Block,
    Cell,
    Column,
    Facts,
    Kind,
    Section,
    Sentence,
    agree,
    table,
)
from models.money import POINTS_MILLI_PER_POINT, yuan_of_cents
from services.desk.clients import words
from services.desk.files.report.facts import ClientFacts, PointsPosted, Told

_COMMISSION = "commission"
_COLUMNS = (
    Column("日期", Kind.DAY, width=11),
    Column("类别", width=13),
    Column("说明", width=36),
    Column("积分", Kind.POINTS, width=14, summed=True),
)
_BY_KIND = (
    Column("类别", width=20),
    Column("笔数", Kind.WHOLE, summed=True),
    Column("积分", Kind.POINTS, summed=True),
)


def points(facts: ClientFacts, told: Told) -> Section:
    """Raises Unbalanced where opening and entries do not make the balance that central keeps."""
    period = told.period
    before = [one for one in facts.points if one.day <= period.before.isoformat()]
    inside = [one for one in facts.points if period.holds(one.day)]
    after = [one for one in facts.points if one.day > period.last.isoformat()]
    opening, closing = _sum(before), _sum(before) + _sum(inside)
    agree("积分余额", facts.points_milli, closing + _sum(after))
    pairs = [
        ("期初余额", f"{_points(opening):,f}({period.first} 之前)"),
        ("期末余额", f"{_points(closing):,f}({min(period.last, told.today)})"),
    ]
    if not after:
        free = max(closing - facts.held_milli, 0) // POINTS_MILLI_PER_POINT
        pairs += [("其中冻结", f"{_points(facts.held_milli):,f}"), ("可用(整数)", f"{free:,}")]
    blocks: list[Block] = [Facts(tuple(pairs))]
    if not inside:
        return Section("积分", (*blocks, Sentence("报告期内没有积分变动。")))
    by_kind: defaultdict[str, list[int]] = defaultdict(list)
    for one in inside:
        by_kind[one.kind].append(one.milli)
    kinds: list[tuple[Cell, ...]] = [
        (words.word(words.POINTS_KINDS, kind), len(entries), _points(sum(entries)))
        for kind, entries in sorted(by_kind.items())
    ]
    blocks += [table("按类别", _BY_KIND, kinds), table("明细", _COLUMNS, _listed(inside))]
    agree(
        "积分期末余额",
        _points(closing),
        _points(opening) + sum(_points(one.milli) for one in inside),
    )
    return Section("积分", tuple(blocks))


def _listed(entries: list[PointsPosted]) -> list[tuple[Cell, ...]]:
    """Entries in their order; those that one day's trades earned stand in one line."""
    grouped: defaultdict[tuple[str, str, str], list[PointsPosted]] = defaultdict(list)
    for at, one in enumerate(entries):
        alone = "" if one.kind == _COMMISSION else str(at)
        grouped[one.day, one.kind, alone].append(one)
    return [
        (day, words.word(words.POINTS_KINDS, kind), _note(group), _points(_sum(group)))
        for (day, kind, _), group in grouped.items()
    ]


def _note(group: list[PointsPosted]) -> str:
    if len(group) == 1:
        return group[0].note
    paid = yuan_of_cents(sum(one.amount_cents for one in group))
    return f"当日 {len(group)} 笔佣金,共 {paid:,.2f} 元"


def _sum(entries: list[PointsPosted]) -> int:
    return sum(one.milli for one in entries)


def _points(milli: int) -> Decimal:
    return Decimal(milli) / POINTS_MILLI_PER_POINT
