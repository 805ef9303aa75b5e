"""Which rows the facts of one client make on a day, by the firm's settings (F4).

Each function makes the rows of one kind; NotConfigured where its setting is empty.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from models.clients.agenda.row import AgendaAction, AgendaKind, AgendaRow, row_id
from models.clients.segments.judge import ClientFacts
from models.clients.tier import Tier
from models.dates import MS_PER_DAY, beijing, next_birthday, term_end
from models.money import CENTS_PER_YUAN, cents
from models.rules.basis.missing import NotConfigured, configured
from models.rules.basis.profile import Settings
from models.rules.basis.settings.words import Product

TIER_WORDS = {
    Tier.ORDINARY: "普通客户",
    Tier.SILVER: "银卡",
    Tier.GOLD: "金卡",
    Tier.PLATINUM: "白金卡",
}
_END_OF_DAY_MS = MS_PER_DAY - 1
_WAN = 10_000
_GRANT = "grant"
_PRODUCTS = frozenset(one.value for one in Product)


@dataclass(frozen=True, slots=True)
class RunningTerm:
    """A product in force that ends."""

    product: str
    ends_on: date


@dataclass(frozen=True, slots=True)
class AgendaFacts:
    """What a client's own rows are made of; ``tier_by`` as central stored it."""

    client: ClientFacts
    tested_on: date | None
    tier_by: str
    opened_on: date | None
    terms: tuple[RunningTerm, ...]


def risk_test_rows(facts: AgendaFacts, settings: Settings, day: date) -> Iterator[AgendaRow]:
    """A test that ends within the lead days, has ended, or was never taken."""
    lead = _lead(settings, AgendaKind.RISK_TEST)
    if facts.tested_on is None:
        told = "从未做过风险测评,不能开通新业务"
        yield _row(AgendaKind.RISK_TEST, facts, "never", told, day)
        return
    ends = facts.client.risk_valid_to
    if ends is None:
        raise NotConfigured("TEST_VALIDITY")
    left = (ends - day).days
    if left < 0:
        told = f"风险测评已于 {ends} 到期,过期 {-left} 天"
    elif left <= lead:
        told = f"风险测评 {ends} 到期," + (f"还剩 {left} 天" if left else "今天是最后一天")
    else:
        return
    yield _row(AgendaKind.RISK_TEST, facts, ends.isoformat(), told, ends)


def birthday_rows(facts: AgendaFacts, settings: Settings, day: date) -> Iterator[AgendaRow]:
    """A birthday today or within the lead days."""
    lead, born = _lead(settings, AgendaKind.BIRTHDAY), facts.client.birthday
    if born is None:
        return
    on = next_birthday(born, day)
    left = (on - day).days
    if left <= lead:
        when = {0: "今天", 1: "明天"}.get(left, f"{left} 天后")
        told = f"{when}生日({on.month} 月 {on.day} 日)"
        yield _row(AgendaKind.BIRTHDAY, facts, str(on.year), told, on)


def tier_rows(facts: AgendaFacts, settings: Settings, day: date) -> Iterator[AgendaRow]:
    """A tier whose bounds he no longer reaches: the review at the end of the month counts it."""
    client = facts.client
    configured(settings.tier.downgrade_after_failing_reviews, "DOWNGRADE")
    if client.tier is Tier.ORDINARY or facts.tier_by == _GRANT:
        return
    bounds = settings.tier.bounds(client.tier)
    wanted = [
        (word, amount, bound)
        for word, amount, bound in (
            ("20 日均资产", client.average_assets_cents, bounds.assets),
            ("近 12 月佣金", client.year_commission_cents, bounds.commission),
        )
        if bound is not None
    ]
    if not wanted or any(amount >= cents(bound) for _, amount, bound in wanted):
        return
    review = term_end(day.replace(day=1), 1)
    missing = ",".join(_short_of(word, amount, bound) for word, amount, bound in wanted)
    told = f"{missing};{review.month} 月末评级将记一次不达标,可能失去{TIER_WORDS[client.tier]}"
    yield _row(AgendaKind.TIER_LOSS, facts, review.isoformat(), told, review)


def subscription_rows(facts: AgendaFacts, settings: Settings, day: date) -> Iterator[AgendaRow]:
    """A product or SMS subscription that ends within the lead days."""
    lead = _lead(settings, AgendaKind.SUBSCRIPTION)
    last: dict[str, date] = {}
    for term in facts.terms:
        last[term.product] = max(term.ends_on, last.get(term.product, term.ends_on))
    for product, ends in sorted(last.items()):
        left = (ends - day).days
        if 0 <= left <= lead:
            word = f"产品 {product}" if product in _PRODUCTS else f"短信 {product}"
            when = f"还剩 {left} 天" if left else "今天是最后一天"
            told = f"{word} {ends} 到期,{when},请询问是否续订"
            yield _row(
                AgendaKind.SUBSCRIPTION, facts, f"{product}-{ends.isoformat()}", told, ends, product
            )


def contact_rows(facts: AgendaFacts, settings: Settings, day: date) -> Iterator[AgendaRow]:
    """No contact for the days that his tier asks for."""
    client = facts.client
    most = configured(
        settings.agenda.no_contact_days.get(client.tier), f"AGENDA_NO_CONTACT_{client.tier.name}"
    )
    since = client.last_contact_on or facts.opened_on
    if since is None or (day - since).days < most:
        return
    silent = f"已 {(day - since).days} 天未联系"
    if client.last_contact_on is None:
        silent = f"开户 {(day - since).days} 天从未联系"
    told = f"{silent}({TIER_WORDS[client.tier]}要求 {most} 天内一次)"
    due = since + timedelta(days=most)
    yield _row(AgendaKind.NO_CONTACT, facts, since.isoformat(), told, due)


_ACTIONS = {
    AgendaKind.RISK_TEST: AgendaAction.RECORD_RISK_TEST,
    AgendaKind.BIRTHDAY: AgendaAction.LOG_CONTACT,
    AgendaKind.TIER_LOSS: AgendaAction.LOG_CONTACT,
    AgendaKind.NO_CONTACT: AgendaAction.LOG_CONTACT,
}


def _row(  # noqa: PLR0913 - a row of one client
    kind: AgendaKind, facts: AgendaFacts, event: str, told: str, due: date, about: str = ""
) -> AgendaRow:
    client_id = facts.client.client_id
    renewal = AgendaAction.APPLY_FOR_PRODUCT if about in _PRODUCTS else AgendaAction.SUBSCRIBE_SMS
    return AgendaRow(
        row_id=row_id(kind, client_id, event),
        kind=kind,
        client_id=client_id,
        reason=told,
        due=beijing(due, _END_OF_DAY_MS),
        action=_ACTIONS.get(kind, renewal),
        about=about,
    )


def _lead(settings: Settings, kind: AgendaKind) -> int:
    return configured(settings.agenda.lead_days.get(kind.value), f"AGENDA_LEAD_{kind.name}")


def _short_of(word: str, amount_cents: int, bound: Decimal) -> str:
    gap = cents(bound) - amount_cents
    return f"{word} {_yuan(amount_cents)},距门槛 {_yuan(cents(bound))}差 {_yuan(gap)}"


def _yuan(amount_cents: int) -> str:
    yuan = Decimal(amount_cents) / CENTS_PER_YUAN
    return f"{yuan / _WAN:,.2f} 万元" if abs(yuan) >= _WAN else f"{yuan:,.2f} 元"
