"""May this client use this through that channel now? Tiers S3-S17, products S27-S31, D12."""

from dataclasses import replace
from datetime import datetime

import pytest

from models.clients.tier import Tier
from models.dates import BEIJING
from models.rules.access.channel import Channel
from models.rules.access.entitlement import Use
from models.rules.basis.profile import Settings
from services.desk.board.service_access import ServiceAccess
from services.desk.storage.queries.entries import ClientEntry, Subscription
from services.rules.dated import SettingsByDay
from services.rules.loader import load_profile
from tests.support.desk_data import an_entry


class FakeClock:
    """A moment of the demo's day."""

    def now(self) -> datetime:
        return datetime(2023, 2, 1, 10, tzinfo=BEIJING)


class OneClient:
    """Knows C1."""

    def __init__(self, entry: ClientEntry) -> None:
        self._entry = entry

    def entry(self, client_id: str) -> ClientEntry | None:
        return self._entry if client_id == "C1" else None


class Unset:
    """A firm that has set nothing."""

    def on(self, _: object) -> Settings:
        return Settings()


def access(
    tier: Tier, *products: str, ends_on: str = "", settings: SettingsByDay | None = None
) -> ServiceAccess:
    held = tuple(
        Subscription(product, "active", "2023-01-01", ends_on, "commission") for product in products
    )
    entry = replace(an_entry(held), tier=tier)
    return ServiceAccess(
        clients=OneClient(entry), settings=settings or load_profile(None), clock=FakeClock()
    )


def test_every_use_has_an_answer() -> None:
    table = access(Tier.SILVER).uses("C1")
    assert set(table) == set(Use)
    assert {use for use, answer in table.items() if answer.numbers["via"] == "tier"} == {
        Use.PRIORITY_LINE
    }
    assert table[Use.QUOTES_ORDINARY].numbers["via"] == "base"
    assert not table[Use.QUOTES_LEVEL2].ok


@pytest.mark.parametrize(
    ("tier", "products", "use", "channel", "reason", "allowed"),
    [
        (Tier.SILVER, (), Use.ENQUIRY, Channel.CALL_CENTRE, "", None),
        (
            Tier.SILVER,
            (),
            Use.ENQUIRY,
            Channel.IM,
            "CHANNEL_NOT_ENTITLED",
            ("counter", "call_centre", "network"),
        ),
        (Tier.GOLD, (), Use.ENQUIRY, Channel.IM, "", None),
        (Tier.GOLD, (), Use.RESEARCH_THIRD_PARTY, Channel.EMAIL, "NOT_ENTITLED", None),
        (Tier.GOLD, ("A",), Use.RESEARCH_THIRD_PARTY, Channel.EMAIL, "", None),
        (
            Tier.GOLD,
            ("A",),
            Use.RESEARCH_THIRD_PARTY,
            Channel.PHONE,
            "CHANNEL_NOT_IN_PRODUCT",
            ("sms", "im", "email"),
        ),
        (Tier.GOLD, ("C",), Use.QUOTES_LEVEL2, Channel.ONE_TO_ONE, "", None),
        (
            Tier.PLATINUM,
            (),
            Use.PRIVATE_PLACEMENT,
            Channel.ONE_TO_ONE,
            "QUALIFIED_INVESTOR_ONLY",
            None,
        ),
    ],
)
def test_use_and_channel(
    tier: Tier,
    products: tuple[str, ...],
    use: Use,
    channel: Channel,
    reason: str,
    allowed: tuple[str, ...] | None,
) -> None:
    answer = access(tier, *products).may_use_through("C1", use, channel)
    assert (answer.ok, answer.reason) == (not reason, reason)
    if allowed is not None:
        assert answer.numbers["allowed"] == allowed


def test_a_product_that_is_over_brings_nothing() -> None:
    over = access(Tier.GOLD, "C", ends_on="2023-01-31")
    assert over.may_use("C1", Use.QUOTES_LEVEL2).reason == "NOT_ENTITLED"
    last_day = access(Tier.GOLD, "C", ends_on="2023-02-01")
    assert last_day.may_use("C1", Use.QUOTES_LEVEL2).ok


def test_what_the_firm_has_not_set_is_no_right() -> None:
    unset = access(Tier.GOLD, "A", settings=Unset())
    assert unset.may_use("C1", Use.RESEARCH_THIRD_PARTY).reason == "NOT_ENTITLED"
    through = unset.may_use_through("C1", Use.HQ_ADVISORY, Channel.IM)
    assert (through.ok, through.reason) == (False, "DELIVERY_NOT_CONFIGURED")
    assert unset.may_use("C1", Use.ORDER_ENTRY).ok


def test_a_client_of_somebody_else_is_unknown() -> None:
    other = access(Tier.GOLD)
    assert other.may_use("C2", Use.ORDER_ENTRY).reason == "CLIENT_UNKNOWN"
    assert other.may_reach("C2", Channel.PHONE).reason == "CLIENT_UNKNOWN"
    assert other.may_reach("C1", Channel.CALL_CENTRE).reason == "CHANNEL_NOT_ENTITLED"
