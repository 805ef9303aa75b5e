"""Whether one client answers a rule: in, out, or unknown, and by which of its conditions (F6)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import assert_never

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
)
from models.clients.tier import RiskClass, Tier
from models.dates import next_birthday


class Answer(StrEnum):
    """What a rule says of a client; where a fact is missing that decides, it is unknown."""

    IN = "in"
    OUT = "out"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ClientFacts:
    """What rules ask of a client on one day; None = nobody knows.

    ``consents`` by purpose and channel; no entry = he never agreed. ``last_contact_on`` None =
    there never was one. ``risk_valid_to`` is unknown also where no setting says how long
    a test holds.
    """

    client_id: str
    tier: Tier
    average_assets_cents: int
    year_commission_cents: int
    symbols: frozenset[str]
    products: frozenset[str]
    last_contact_on: date | None
    risk_class: RiskClass | None = None
    risk_valid_to: date | None = None
    birthday: date | None = None
    consents: Mapping[tuple[str, str], bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """One condition that decided, and what it said; ``missing`` names the fact that is unknown."""

    leaf: Leaf
    answer: Answer
    missing: str = ""


def answer_of(rule: SegmentRule, client: ClientFacts, day: date) -> Answer:
    """Return whether the client is in."""
    return _answer(rule.part, client, day)


def explain(rule: SegmentRule, client: ClientFacts, day: date) -> tuple[Finding, ...]:
    """Return the conditions by which it is so: any one of them other, and it might be otherwise."""
    return tuple(_decisive(rule.part, client, day))


def _answer(part: Part, client: ClientFacts, day: date) -> Answer:
    if isinstance(part, Every):
        return _together(part.parts, client, day, Answer.OUT, Answer.IN)
    if isinstance(part, Some):
        return _together(part.parts, client, day, Answer.IN, Answer.OUT)
    if isinstance(part, Not):
        return _OPPOSITE[_answer(part.part, client, day)]
    held = _holds(part, client, day)
    if held is None:
        return Answer.UNKNOWN
    return Answer.IN if held else Answer.OUT


def _together(
    parts: tuple[Part, ...], client: ClientFacts, day: date, decides: Answer, rests: Answer
) -> Answer:
    """One part that decides is enough; else one that is unknown leaves all of it so."""
    found = rests
    for part in parts:
        answer = _answer(part, client, day)
        if answer is decides:
            return decides
        if answer is Answer.UNKNOWN:
            found = answer
    return found


def _decisive(part: Part, client: ClientFacts, day: date) -> list[Finding]:
    answer = _answer(part, client, day)
    if isinstance(part, Not):
        return _decisive(part.part, client, day)
    if isinstance(part, Every | Some):
        same = (inner for inner in part.parts if _answer(inner, client, day) is answer)
        return [finding for inner in same for finding in _decisive(inner, client, day)]
    missing = _MISSING.get(type(part), "") if answer is Answer.UNKNOWN else ""
    return [Finding(part, answer, missing)]


def _holds(leaf: Leaf, client: ClientFacts, day: date) -> bool | None:  # noqa: PLR0911 - a table
    match leaf:
        case TierIs(tiers):
            return client.tier in tiers
        case AssetsBetween(low, high):
            return _between(client.average_assets_cents, low, high)
        case CommissionBetween(low, high):
            return _between(client.year_commission_cents, low, high)
        case Holds(symbol):
            return symbol in client.symbols
        case RiskIs(classes):
            return None if client.risk_class is None else client.risk_class in classes
        case ConsentsTo(purpose, channel):
            return client.consents.get((purpose.value, channel), False)
        case NoContactFor(days):
            last = client.last_contact_on
            return last is None or (day - last).days >= days
        case Subscribes(products):
            return not client.products.isdisjoint(products)
        case BirthdayWithin(days):
            born = client.birthday
            return None if born is None else (next_birthday(born, day) - day).days <= days
        case RiskTestEndsWithin(days):
            ends = client.risk_valid_to
            return None if ends is None else (ends - day).days <= days
        case _:
            assert_never(leaf)


def _between(amount: int, low: int | None, high: int | None) -> bool:
    return (low is None or amount >= low) and (high is None or amount < high)


_OPPOSITE = {Answer.IN: Answer.OUT, Answer.OUT: Answer.IN, Answer.UNKNOWN: Answer.UNKNOWN}
_MISSING: dict[type, str] = {
    RiskIs: "risk_class",
    BirthdayWithin: "birthday",
    RiskTestEndsWithin: "risk_valid_to",
}
