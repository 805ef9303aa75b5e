"""A rule that picks clients: and, or, not over what is known of one, as JSON (F6)."""

from collections.abc import Iterator

import msgspec

from models.clients.tier import RiskClass, Tier
from models.errors import ExpectedFailure
from models.rules.basis.settings.words import Product, Sms
from models.rules.messages.send_gate import Purpose

VERSION = 1
PRODUCTS = frozenset({*(one.value for one in Product), *(one.value for one in Sms)})
CHANNELS = frozenset({"sms", "phone", "im", "email"})
MOST_PARTS, MOST_DEPTH, MOST_DAYS = 64, 8, 3_660


class TierIs(msgspec.Struct, frozen=True, tag="tier", forbid_unknown_fields=True):
    """His tier is one of these."""

    tiers: tuple[Tier, ...]


class AssetsBetween(msgspec.Struct, frozen=True, tag="assets", forbid_unknown_fields=True):
    """Mean assets of 20 trading days, cents: ``at_least`` inclusive, ``below`` exclusive."""

    at_least: int | None = None
    below: int | None = None


class CommissionBetween(msgspec.Struct, frozen=True, tag="commission", forbid_unknown_fields=True):
    """Commission of 12 months, cents: ``at_least`` inclusive, ``below`` exclusive."""

    at_least: int | None = None
    below: int | None = None


class Holds(msgspec.Struct, frozen=True, tag="holds", forbid_unknown_fields=True):
    """He holds shares of this security, as 600519.SH."""

    symbol: str


class RiskIs(msgspec.Struct, frozen=True, tag="risk_class", forbid_unknown_fields=True):
    """His risk class is one of these; of one never tested it is unknown."""

    classes: tuple[RiskClass, ...]


class ConsentsTo(msgspec.Struct, frozen=True, tag="consent", forbid_unknown_fields=True):
    """He agreed to such messages on this channel, and has not withdrawn it."""

    purpose: Purpose
    channel: str


class NoContactFor(msgspec.Struct, frozen=True, tag="no_contact", forbid_unknown_fields=True):
    """The last contact is so many days ago, or more, or there never was one."""

    days: int


class Subscribes(msgspec.Struct, frozen=True, tag="subscribes", forbid_unknown_fields=True):
    """One of these products is in force."""

    products: tuple[str, ...]


class BirthdayWithin(msgspec.Struct, frozen=True, tag="birthday", forbid_unknown_fields=True):
    """His birthday is today or in the next days."""

    days: int


class RiskTestEndsWithin(msgspec.Struct, frozen=True, tag="risk_test", forbid_unknown_fields=True):
    """His risk test ends in the next days, or has ended."""

    days: int


class Every(msgspec.Struct, frozen=True, tag="and", forbid_unknown_fields=True):
    """All parts hold."""

    parts: tuple["Part", ...]


class Some(msgspec.Struct, frozen=True, tag="or", forbid_unknown_fields=True):
    """At least one part holds."""

    parts: tuple["Part", ...]


class Not(msgspec.Struct, frozen=True, tag="not", forbid_unknown_fields=True):
    """The part does not hold."""

    part: "Part"


Leaf = (
    TierIs
    | AssetsBetween
    | CommissionBetween
    | Holds
    | RiskIs
    | ConsentsTo
    | NoContactFor
    | Subscribes
    | BirthdayWithin
    | RiskTestEndsWithin
)
Part = Leaf | Every | Some | Not


class SegmentRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole rule; ``version`` names its form."""

    version: int
    part: Part


class _Head(msgspec.Struct, frozen=True):
    version: int


_heads = msgspec.json.Decoder(_Head)
_rules = msgspec.json.Decoder(SegmentRule)
_texts = msgspec.json.Encoder()


def read_rule(text: str) -> SegmentRule:
    """Return the rule of a JSON text; ExpectedFailure SEGMENT_… says what is wrong with it."""
    try:
        version = _heads.decode(text).version
    except (msgspec.DecodeError, UnicodeEncodeError) as fault:
        raise bad_rule("SEGMENT_UNREADABLE", f"筛选条件无法识别:{fault}") from fault
    if version != VERSION:
        raise bad_rule("SEGMENT_VERSION", f"筛选条件的版本是 {version},本程序支持 {VERSION}")
    try:
        rule = _rules.decode(text)
    except (msgspec.DecodeError, RecursionError) as fault:
        raise bad_rule("SEGMENT_UNREADABLE", f"筛选条件无法识别:{fault}") from fault
    check_rule(rule)
    return rule


def rule_text(rule: SegmentRule) -> str:
    """Return the rule as JSON, the same text for the same rule."""
    return _texts.encode(rule).decode()


def check_rule(rule: SegmentRule) -> None:
    """Raise ExpectedFailure SEGMENT_… unless every part can be asked."""
    for count, (part, depth) in enumerate(_parts(rule.part, 1), start=1):
        if depth > MOST_DEPTH or count > MOST_PARTS:
            raise bad_rule("SEGMENT_TOO_LARGE", f"最多 {MOST_PARTS} 个条件、{MOST_DEPTH} 层")
        _check(part)


def parts_of(rule: SegmentRule) -> Iterator[Part]:
    """All its parts, whatever they are in."""
    return (part for part, _ in _parts(rule.part, 1))


def bad_rule(code: str, told: str) -> ExpectedFailure:
    """Return the refusal of a rule."""
    return ExpectedFailure(told, "请更正筛选条件后再试", code)


def _parts(part: Part, depth: int) -> Iterator[tuple[Part, int]]:
    yield part, depth
    if isinstance(part, Every | Some):
        for inner in part.parts:
            yield from _parts(inner, depth + 1)
    elif isinstance(part, Not):
        yield from _parts(part.part, depth + 1)


def _check(part: Part) -> None:
    match part:
        case Every(()) | Some(()) | TierIs(()) | RiskIs(()) | Subscribes(()) | Holds(""):
            raise bad_rule("SEGMENT_EMPTY", "有一项条件没有内容")
        case AssetsBetween(low, high) | CommissionBetween(low, high):
            _check_bounds(low, high)
        case NoContactFor(days) | BirthdayWithin(days) | RiskTestEndsWithin(days):
            if not 0 <= days <= MOST_DAYS:
                raise bad_rule("SEGMENT_DAYS", f"天数 {days} 不在 0 到 {MOST_DAYS} 之间")
        case ConsentsTo(_, channel):
            if channel not in CHANNELS:
                raise bad_rule("SEGMENT_CHANNEL", f"没有渠道 {channel}")
        case Subscribes(products):
            if not PRODUCTS.issuperset(products):
                raise bad_rule("SEGMENT_PRODUCT", f"没有产品 {'、'.join(products)}")
        case _:
            return


def _check_bounds(low: int | None, high: int | None) -> None:
    if low is None and high is None:
        raise bad_rule("SEGMENT_EMPTY", "有一项金额条件没有上下限")
    if low is not None and high is not None and low >= high:
        raise bad_rule("SEGMENT_BOUNDS", "金额下限不低于上限,不会有客户")
