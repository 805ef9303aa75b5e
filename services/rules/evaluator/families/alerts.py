"""Alerts, portfolio scan and IPO reminders (rules_eval § 11)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from models.market.instrument import Exchange
from models.rules.alerts.events import AlertEvent
from models.rules.alerts.generate import (
    AlertClient,
    AlertDesk,
    AlertHolding,
    AlertMessage,
    generate,
)
from models.rules.alerts.ipo import ban, payment, quota
from models.rules.alerts.scan import Position, scan
from models.rules.basis.bounds import Price, Shares
from models.rules.basis.settings.words import Sms
from services.rules.evaluator.world import Judge, World, family
from services.rules.reading import read


@dataclass(frozen=True, slots=True)
class _AlertGiven:
    holdings: tuple[AlertHolding, ...]
    subscriptions: tuple[Sms, ...]
    events: tuple[Mapping[str, object], ...]


@dataclass(frozen=True, slots=True)
class _EventRow:
    event: AlertEvent


@dataclass(frozen=True, slots=True)
class _ScanGiven:
    positions: tuple[Position, ...]


@dataclass(frozen=True, slots=True)
class _QuotaGiven:
    exchange: Exchange
    mean_value: Decimal
    offer_cap: Shares | None = None


@dataclass(frozen=True, slots=True)
class _PaymentGiven:
    won_shares: Shares
    price: Price
    t_day: date
    cash: Decimal


@dataclass(frozen=True, slots=True)
class _BanGiven:
    defaults: tuple[date, ...]


def _generate(given: _AlertGiven, world: World) -> object:
    events = [_event(row, at) for at, row in enumerate(given.events)]
    client = AlertClient(given.holdings, given.subscriptions)
    desk = AlertDesk(world.settings.alerts, world.calendar, world.moment.time())
    alerts = generate(desk, client, events)
    messages = [_carrying(message, given.events[message.at]) for message in alerts.messages]
    return {"messages": messages, "suppressed": alerts.suppressed, "source": alerts.source}


def _event(row: object, at: int) -> AlertEvent:
    return read(_EventRow, {"event": row}, f"given.events[{at}]").event


def _carrying(message: AlertMessage, row: Mapping[str, object]) -> dict[str, object]:
    """A message carries all that its event told, the name of the event instead of its id."""
    fields = {key: value for key, value in row.items() if key != "id"}
    return {**fields, "event": message.event, "product": message.product, **message.more}


def _payment(given: _PaymentGiven, world: World) -> object:
    cost = given.won_shares * given.price
    return payment(world.settings.ipo, world.calendar, cost, given.t_day, given.cash)


ALERTS: dict[str, Judge] = {
    "alert.generate": family(_AlertGiven, _generate),
    "portfolio.scan": family(
        _ScanGiven,
        lambda given, world: {"findings": scan(world.settings.scan, given.positions)},
    ),
    "ipo.quota": family(
        _QuotaGiven,
        lambda given, world: quota(world.settings.ipo, given.mean_value, given.offer_cap),
    ),
    "ipo.payment": family(_PaymentGiven, _payment),
    "ipo.ban": family(
        _BanGiven, lambda given, world: ban(world.settings.ipo, given.defaults, world.day)
    ),
}
