"""The desk's alerts and the firm's rule (alert.generate) say the same of who may be told what."""

from datetime import time
from decimal import Decimal

import pytest

from models.rules.alerts.events import AlertEvent, MoveEvent, RiskEvent
from models.rules.alerts.generate import AlertClient, AlertDesk, AlertHolding, generate
from models.rules.basis.settings.words import Sms
from services.desk.alerts.entitlement import SMS2, gets_sms
from services.desk.alerts.facts import event_fact, levels_of, market_facts
from services.desk.storage.queries.alerts import SecurityEvent
from services.desk.storage.queries.entries import Subscription
from services.rules.loader import load_calendar, load_profile
from tests.support.desk_data import TODAY, FakePrices, an_entry

SETTINGS = load_profile(None).on(TODAY)
RULES = AlertDesk(SETTINGS.alerts, load_calendar(), time(10))
BUNDLE = SETTINGS.products.bundle or ()
SUBSCRIBED = (Subscription("SMS2", "active", "2023-01-01", "", "cash"),)


def is_sent(subscriptions: tuple[Sms, ...], event: AlertEvent) -> bool:
    """What the rule says for a holder."""
    client = AlertClient((AlertHolding("600519", 100),), subscriptions)
    return bool(generate(RULES, client, (event,)).messages)


@pytest.mark.parametrize("subscribed", [True, False])
@pytest.mark.parametrize("last", [94_999, 95_000, 95_001, 100_000, 104_999, 105_000, 105_001])
def test_move(last: int, subscribed: bool) -> None:
    prices = FakePrices()
    prices.set("600519.SH", last, 100_000)
    facts = market_facts(prices.quote("600519.SH"), None, levels_of(SETTINGS))
    entitled = gets_sms(an_entry(SUBSCRIBED if subscribed else ()), SMS2, TODAY.isoformat(), BUNDLE)
    event = MoveEvent(
        id="e1", kind="move", security="600519", prev_close=Decimal(10), last=Decimal(last) / 10_000
    )
    assert (bool(facts) and entitled) is is_sent((Sms.SMS2,) if subscribed else (), event)


@pytest.mark.parametrize("subscribed", [True, False])
@pytest.mark.parametrize("mandatory", [True, False])
def test_risk(mandatory: bool, subscribed: bool) -> None:
    told = SecurityEvent("e1", "600519.SH", "risk", "2023-02-01", "t", "b", "s", mandatory)
    entitled = gets_sms(an_entry(SUBSCRIBED if subscribed else ()), SMS2, TODAY.isoformat(), BUNDLE)
    event = RiskEvent(id="e1", kind="risk", security="600519", mandatory=mandatory)
    sent = is_sent((Sms.SMS2,) if subscribed else (), event)
    assert (event_fact((told,)).mandatory or entitled) is sent


@pytest.mark.parametrize(
    ("bundle", "sms", "is_his"),
    [
        ((Sms.SMS1, Sms.SMS2, Sms.SMS3), "SMS3", True),
        ((Sms.SMS1, Sms.SMS2), "SMS3", False),
        ((), "SMS2", False),  # a firm that has not set what comes with a product
    ],
)
def test_a_product_brings_what_the_firm_bundles_with_it(
    bundle: tuple[Sms, ...], sms: str, is_his: bool
) -> None:
    entry = an_entry((Subscription("A", "active", "2023-01-01", "", "commission"),))
    assert gets_sms(entry, sms, TODAY.isoformat(), bundle) is is_his
