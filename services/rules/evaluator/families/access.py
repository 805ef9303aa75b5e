"""Entitlements, channels, suitability and investors (rules_eval § 5)."""

from dataclasses import dataclass
from datetime import date

from models.rules.access.channel import (
    ChannelCase,
    Waiting,
    check_channel,
    serve,
    serve_two_lines,
)
from models.rules.access.entitlement import EntitlementCase, check_entitlement
from models.rules.access.investor import InvestorCase, qualify
from models.rules.access.suitability import SuitabilityCase, check_test, decide
from services.rules.evaluator.world import Judge, World, family


@dataclass(frozen=True, slots=True)
class _QueueGiven:
    waiting: tuple[Waiting, ...]
    two_lines: bool = False


@dataclass(frozen=True, slots=True)
class _TestGiven:
    tested_on: date
    reminders_sent: tuple[int, ...] = ()


def _queue(given: _QueueGiven, world: World) -> object:
    if given.two_lines:
        return {"lines": serve_two_lines(given.waiting)}
    return {"served": serve(given.waiting)}


def _test(given: _TestGiven, world: World) -> object:
    settings = world.settings.suitability
    return check_test(settings, given.tested_on, given.reminders_sent, world.day)


ACCESS: dict[str, Judge] = {
    "entitlement.check": family(
        EntitlementCase, lambda given, world: check_entitlement(world.settings.products, given)
    ),
    "channel.check": family(
        ChannelCase, lambda given, world: check_channel(world.settings.products, given)
    ),
    "channel.queue": family(_QueueGiven, _queue),
    "suitability.test": family(_TestGiven, _test),
    "suitability.decide": family(
        SuitabilityCase, lambda given, world: decide(world.settings, given, world.day)
    ),
    "investor.qualify": family(
        InvestorCase, lambda given, world: qualify(world.settings.investor, given)
    ),
}
