"""Asks a rule of every client whom a person may see, in one statement (F6).

A rule becomes one condition of SQL, whose NULL is the rule's unknown: AND, OR and NOT treat it as
models.clients.segments.judge does. What a client has is looked up for all of them at once.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import assert_never

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from models.clients.segments.judge import Answer
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
    parts_of,
)
from models.dates import BEIJING, moment_text
from models.lives.consent import ANY_CHANNEL, ConsentForm
from models.lives.subscription import RUNNING
from models.rules.basis.missing import NotConfigured, configured
from services.central.handlers.firm_rules import read_dated
from services.central.privacy.refusals import refusals
from services.central.session import Actor, acting
from services.rules.dated import DatedSetting, settings_in_force

_ADVICE = {
    "UNMASK_REASON_MISSING": "条件里有生日:须写明理由,并记入审计",
    "UNMASK_NOT_ALLOWED": "您的岗位不能按生日筛选",
}
_ASK_BIRTHDAYS = text("SELECT ask_birthdays(:today, :days, :reason, :at)")
_HIS = "(c.branch_id, c.client_id) IN"
_MOMENT = r"'([+-]\d\d:?\d\d|Z)$'"
_DAY = r"'^\d{4}(-\d\d-\d\d|\d{4})$'"


@dataclass(frozen=True, slots=True)
class Asked:
    """A rule, when it is asked and, where it is about birthdays, why."""

    rule: SegmentRule
    now: datetime
    reason: str = ""

    @property
    def day(self) -> date:
        """The business day of the question."""
        return self.now.astimezone(BEIJING).date()


@dataclass(frozen=True, slots=True)
class PickedClient:
    """What the rule says of one client."""

    branch_id: str
    client_id: str
    manager_id: str
    answer: Answer


async def pick_clients(engine: AsyncEngine, actor: Actor, asked: Asked) -> tuple[PickedClient, ...]:
    """Ask the rule of every client whom ``actor`` may see; nobody is left out.

    Raises ExpectedFailure UNMASK_REASON_MISSING or UNMASK_NOT_ALLOWED for a rule about birthdays.
    """
    with refusals("不能按此条件筛选", _ADVICE):
        birthdays = await _ask_birthdays(engine, actor, asked)
        async with acting(engine, actor) as connection:
            question = _Question(asked, await read_dated(connection), birthdays)
            condition = question.of(asked.rule.part)
            query = (
                f"SELECT c.branch_id, c.client_id, c.manager_id, {condition} AS held FROM client c"
                f" {' '.join(question.joins)} ORDER BY 1, 2"
            )
            found = await connection.execute(text(query), question.values)
            return tuple(
                PickedClient(branch, client, manager, _ANSWERS[held])
                for branch, client, manager, held in found
            )


async def _ask_birthdays(engine: AsyncEngine, actor: Actor, asked: Asked) -> dict[int, int]:
    """Write down each question about birthdays; return, by days, the number of its entry.

    It is answered once this is committed.
    """
    spans = {part.days for part in parts_of(asked.rule) if isinstance(part, BirthdayWithin)}
    if not spans:
        return {}
    told = {"today": asked.day.isoformat(), "reason": asked.reason, "at": moment_text(asked.now)}
    async with acting(engine, actor) as connection:
        return {
            days: int(await connection.scalar(_ASK_BIRTHDAYS, told | {"days": days}))
            for days in sorted(spans)
        }


_ANSWERS = {True: Answer.IN, False: Answer.OUT, None: Answer.UNKNOWN}


@dataclass(slots=True)
class _Question:
    """Collects the values and joined functions of one statement, part by part."""

    asked: Asked
    settings: tuple[DatedSetting, ...]
    birthdays: Mapping[int, int]  # by days: under what number it was asked
    values: dict[str, object] = field(default_factory=dict)
    joins: list[str] = field(default_factory=list)

    def of(self, part: Part) -> str:
        """Return the condition that is true, false or NULL as the part is in, out or unknown."""
        if isinstance(part, Every | Some):
            word = " AND " if isinstance(part, Every) else " OR "
            return f"({word.join(self.of(one) for one in part.parts)})"
        if isinstance(part, Not):
            return f"(NOT {self.of(part.part)})"
        return f"({self._leaf(part)})"

    def _leaf(self, leaf: Leaf) -> str:  # noqa: PLR0911 - a table
        match leaf:
            case TierIs(tiers):
                return f"c.tier = ANY ({self._texts(tiers)})"
            case AssetsBetween(low, high):
                return self._between("c.average_assets_cents", low, high)
            case CommissionBetween(low, high):
                return self._between("c.year_commission_cents", low, high)
            case Holds(symbol):
                return self._holds(symbol)
            case RiskIs(classes):
                return f"nullif(c.risk_class, '') = ANY ({self._texts(classes)})"
            case ConsentsTo(purpose, channel):
                return self._consents(purpose.value, channel)
            case NoContactFor(days):
                return self._no_contact(days)
            case Subscribes(products):
                return self._subscribes(products)
            case BirthdayWithin(days):
                return self._birthday(days)
            case RiskTestEndsWithin(days):
                return self._risk_test(days)
            case _:
                assert_never(leaf)

    def _value(self, value: object, kind: str) -> str:
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f"CAST(:{name} AS {kind})"

    def _texts(self, values: tuple[str, ...]) -> str:
        return self._value([str(one) for one in values], "text[]")

    def _today(self) -> str:
        return self._value(self.asked.day, "date")

    def _between(self, column: str, low: int | None, high: int | None) -> str:
        bounds = (
            f"{column} {sign} {self._value(bound, 'bigint')}"
            for sign, bound in ((">=", low), ("<", high))
            if bound is not None
        )
        return " AND ".join(bounds)

    def _holds(self, symbol: str) -> str:
        return (
            f"{_HIS} (SELECT h.branch_id, h.client_id FROM holding h"
            f" WHERE h.symbol = {self._value(symbol, 'text')}"
            " GROUP BY 1, 2 HAVING sum(h.quantity) <> 0)"
        )

    def _subscribes(self, products: tuple[str, ...]) -> str:
        day = self._value(self.asked.day.isoformat(), "text")
        return (
            f"{_HIS} (SELECT s.branch_id, s.client_id FROM subscription s"
            f" WHERE s.product = ANY ({self._texts(products)})"
            f" AND s.state = ANY ({self._texts(tuple(sorted(RUNNING)))})"
            f" AND s.starts_on <= {day} AND (s.ends_on = '' OR {day} <= s.ends_on))"
        )

    def _consents(self, purpose: str, channel: str) -> str:
        """The newest entry up to now; of two of one moment the refusal."""
        off = self._value(ConsentForm.WITHDRAWN.value, "text")
        return (
            f"{_HIS} (SELECT n.branch_id, n.client_id FROM (SELECT DISTINCT ON (k.branch_id,"
            f" k.client_id) k.branch_id, k.client_id, k.form FROM consent k"
            f" WHERE k.purpose = {self._value(purpose, 'text')}"
            f" AND k.channel = ANY ({self._texts((channel, ANY_CHANNEL))})"
            f" AND CAST(k.at AS timestamptz) <= {self._value(self.asked.now, 'timestamptz')}"
            f" ORDER BY 1, 2, CAST(k.at AS timestamptz) DESC, k.form = {off} DESC) n"
            f" WHERE n.form <> {off})"
        )

    def _no_contact(self, days: int) -> str:
        last = (
            f"CASE WHEN c.last_contact_at = '' THEN NULL WHEN c.last_contact_at ~ {_MOMENT}"
            " AND length(c.last_contact_at) > 10 THEN CAST(CAST(c.last_contact_at AS timestamptz)"
            " AT TIME ZONE 'Asia/Shanghai' AS date)"
            " ELSE CAST(left(c.last_contact_at, 10) AS date) END"
        )
        return f"coalesce({self._today()} - {last} >= {self._value(days, 'int')}, true)"

    def _birthday(self, days: int) -> str:
        name = f"b{len(self.joins)}"
        asked = self._value(self.birthdays[days], "bigint")
        self.joins.append(
            f"LEFT JOIN birthdays_within({asked}) {name} ON {name}.branch_id = c.branch_id"
            f" AND {name}.client_id = c.client_id"
        )
        return f"{name}.is_within"

    def _risk_test(self, days: int) -> str:
        """A test holds as long as the settings of its day say; where they say nothing, unknown."""
        tested = (
            f"CASE WHEN pg_input_is_valid(c.risk_tested_on, 'date') AND c.risk_tested_on ~ {_DAY}"
            " THEN CAST(c.risk_tested_on AS date) END"
        )
        spans = list(_years_by_day(self.settings))
        begins = self._value([begin for begin, _ in spans], "date[]")
        years = self._value([held for _, held in spans], "int[]")
        return (
            f"(SELECT CAST({tested} + make_interval(years => y.years) AS date) - {self._today()}"
            f" <= {self._value(days, 'int')} FROM unnest({begins}, {years}) AS y (begins, years)"
            f" WHERE y.begins <= {tested} ORDER BY y.begins DESC LIMIT 1)"
        )


def _years_by_day(settings: tuple[DatedSetting, ...]) -> Iterator[tuple[date, int | None]]:
    """From which day on a risk test holds for how many years; None = nobody has said."""
    for begins in sorted({one.effective_from for one in settings if one.name == "suitability"}):
        day = date.fromisoformat(begins)
        try:
            held = settings_in_force(settings, day).suitability.test_valid_years
            yield day, configured(held, "TEST_VALIDITY")
        except NotConfigured:
            yield day, None
