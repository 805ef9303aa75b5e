"""Paid SMS products for points (service-system S37)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from models.dates import months_later, term_end
from models.rules.basis.bounds import Months
from models.rules.basis.missing import configured
from models.rules.basis.profile import Settings
from models.rules.basis.settings.words import Product, Sms
from models.rules.points.balance import spendable


@dataclass(frozen=True, slots=True)
class RedeemRequest:
    """Months of an SMS product asked for; ``id`` makes a repeated request harmless."""

    id: str
    product: Sms
    months: Months


@dataclass(frozen=True, slots=True, kw_only=True)
class RedeemCase:
    """A client's points, products A-E, last days of running subscriptions, and requests."""

    balance: Decimal
    held: Decimal = Decimal(0)
    products: tuple[Product, ...] = ()
    subscriptions: Mapping[Sms, date] = field(default_factory=dict)
    requests: tuple[RedeemRequest, ...]


@dataclass(frozen=True, slots=True)
class RedeemAnswer:
    """``cost`` and ``short_by`` in points; ``ends`` = last day of the subscription."""

    id: str
    ok: bool
    reason: str = ""
    cost: Decimal | None = None
    short_by: Decimal | None = None
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class RedeemOutcome:
    """The answers in order and what is left."""

    answers: tuple[RedeemAnswer, ...]
    balance: Decimal
    spendable: int
    source: str = "S37"


@dataclass(frozen=True, slots=True)
class _Wallet:
    """What moves while requests are answered: points, and the last day of each subscription."""

    balance: Decimal
    held: Decimal
    running: Mapping[Sms, date]

    @property
    def spendable(self) -> int:
        return spendable(self.balance, self.held)

    def after(self, request: RedeemRequest, answer: RedeemAnswer) -> "_Wallet":
        if answer.cost is None or answer.ends is None:
            return self
        running = {**self.running, request.product: answer.ends}
        return _Wallet(self.balance - answer.cost, self.held, running)


def redeem(settings: Settings, case: RedeemCase, day: date) -> RedeemOutcome:
    """Answer the requests in order; an id seen before gets its first answer and moves nothing."""
    wallet = _Wallet(case.balance, case.held, case.subscriptions)
    first: dict[str, RedeemAnswer] = {}
    for request in case.requests:
        if request.id not in first:
            answer = _answer(settings, case.products, wallet, request, day)
            first[request.id] = answer
            wallet = wallet.after(request, answer)
    answers = tuple(first[request.id] for request in case.requests)
    return RedeemOutcome(answers, wallet.balance, wallet.spendable)


def last_day(runs_to: date | None, months: int, day: date) -> date:
    """Return the last day of a subscription bought on ``day``: a running one is extended."""
    if runs_to is not None and runs_to >= day:
        return months_later(runs_to, months)
    return term_end(day, months)


def _answer(
    settings: Settings,
    products: Sequence[Product],
    wallet: _Wallet,
    request: RedeemRequest,
    day: date,
) -> RedeemAnswer:
    if products and request.product in configured(settings.products.bundle, "BUNDLE"):
        return RedeemAnswer(request.id, False, "ALREADY_BUNDLED")
    price = settings.redeem.points_per_month.get(request.product)
    if price is None:
        return RedeemAnswer(request.id, False, "REDEEM_NOT_CONFIGURED")
    cost = price * request.months
    short_by = cost - wallet.spendable
    if short_by > 0:
        return RedeemAnswer(request.id, False, "INSUFFICIENT_POINTS", cost, short_by)
    ends = last_day(wallet.running.get(request.product), request.months, day)
    return RedeemAnswer(request.id, True, cost=cost, ends=ends)
