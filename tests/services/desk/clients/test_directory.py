"""The client list and the client page over a real store."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from models.clients.card import CardQuery
from models.clients.profile import TierReason
from models.clients.tier import Tier
from models.errors import ExpectedFailure
from models.rules.basis.profile import Settings
from services.desk.clients.directory import Directory
from services.desk.clients.roll import ClientRoll
from services.desk.storage.queries.entries import ClientEntry
from services.desk.storage.rows import Row
from services.desk.storage.synced.changes import apply_changes
from tests.support.desk_data import Desk, FakeRules, a_client, a_row, open_desk
from tests.support.log_lines import Line, page

MAOTAI, PING_AN = "600519.SH", "000001.SZ"


class FakeTiers:
    """Knows nothing of bounds."""

    def __init__(self) -> None:
        self.permille = 500
        self.rests_on = "settings"

    def basis(self) -> object:
        """What a test sets."""
        return self.rests_on

    def next_permille(self, entry: ClientEntry) -> int:
        """Half way, whoever it is."""
        return self.permille

    def reason(self, entry: ClientEntry, by: tuple[str, ...]) -> TierReason:
        """What central stored."""
        return TierReason(entry.tier, by, entry.average_assets_cents, 0, None, None, None)


@dataclass(slots=True)
class Office:
    """A directory over an open desk."""

    desk: Desk
    roll: ClientRoll
    directory: Directory
    tiers: FakeTiers
    rules: FakeRules
    alerts: list[dict[str, int]]

    async def ids(self, query: CardQuery) -> list[str]:
        """Ids of the cards found, in their order."""
        return [card.client_id for card in (await self.directory.find(query)).cards]


def account(number: str, client_id: str, cash_cents: int) -> tuple[str, Row]:
    """An account row."""
    return "account", a_row("account", account=number, client_id=client_id, cash_cents=cash_cents)


def holding(number: str, client_id: str, symbol: str, quantity: int, cost: int) -> tuple[str, Row]:
    """A holding row, all of it sellable."""
    return "holding", a_row(
        "holding", account=number, client_id=client_id, symbol=symbol, quantity=quantity,
        sellable=quantity, cost_cents=cost,
    )  # fmt: skip


ROWS = (
    ("client", a_client("C1", "张三", tier="gold")),
    ("client", a_client("C2", "李四", pinyin="li si", initials="ls", tier="platinum")),
    ("client", a_client("C3", "王五", pinyin="wang wu", initials="ww", tier="gold")),
    account("88000001", "C1", 1_000_00),
    account("88000002", "C2", 5_00),
    account("88000003", "C3", 2_000_00),
    holding("88000001", "C1", MAOTAI, 100, 150_000_00),
)


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """Three clients; C1 holds 100 Maotai."""
    async with open_desk(tmp_path) as desk:
        roll = ClientRoll(desk.store, desk.prices)
        desk.changes.refresh_with(roll.refresh)
        alerts: list[dict[str, int]] = [{}]
        tiers, rules = FakeTiers(), FakeRules()
        directory = Directory(
            store=desk.store,
            roll=roll,
            prices=desk.prices,
            clock=desk.clock,
            settings=rules,
            tiers=tiers,
            alert_counts=lambda: alerts[-1],
        )
        await desk.receive(*ROWS)
        yield Office(desk, roll, directory, tiers, rules, alerts)


async def test_platinum_comes_first_then_larger_assets(office: Office) -> None:
    assert await office.ids(CardQuery()) == ["C2", "C1", "C3"]


async def test_order_follows_live_prices(office: Office) -> None:
    office.desk.prices.set(MAOTAI, 9_00, 10_00)
    assert await office.ids(CardQuery()) == ["C2", "C3", "C1"]


async def test_card_is_valued_at_cost_until_a_price_is_known(office: Office) -> None:
    card = (await office.directory.find(CardQuery("张"))).cards[0]
    assert (card.assets_cents, card.day_change_cents, card.live) == (151_000_00, 0, False)
    office.desk.prices.set(MAOTAI, 1_800_0000, 1_750_0000)
    card = (await office.directory.find(CardQuery("张"))).cards[0]
    assert (card.assets_cents, card.day_change_cents, card.live) == (181_000_00, 5_000_00, True)
    assert card.day_change_bp == 284  # 5,000 of 176,000


async def test_personal_data_on_the_card_is_masked(office: Office) -> None:
    card = (await office.directory.find(CardQuery("张"))).cards[0]
    assert card.mobile_masked == "138****5678"


async def test_counts_are_of_all_clients_whatever_is_asked(office: Office) -> None:
    office.alerts.append({"C3": 2, "gone": 1})
    for query in (CardQuery(), CardQuery("张"), CardQuery(tiers=frozenset({Tier.SILVER}))):
        page = await office.directory.find(query)
        assert (page.total, page.alerted) == (3, 1)
        assert page.by_tier == {
            Tier.ORDINARY: 0, Tier.SILVER: 0, Tier.GOLD: 2, Tier.PLATINUM: 1
        }  # fmt: skip


async def test_filters_work_together(office: Office) -> None:
    office.alerts.append({"C1": 1, "C2": 1})
    gold = frozenset({Tier.GOLD})
    assert await office.ids(CardQuery(tiers=gold)) == ["C1", "C3"]
    assert await office.ids(CardQuery(only_alerted=True)) == ["C2", "C1"]
    assert await office.ids(CardQuery(tiers=gold, only_alerted=True)) == ["C1"]
    assert await office.ids(CardQuery("ww", tiers=gold, only_alerted=True)) == []


async def test_only_the_asked_clients_are_valued_anew(office: Office) -> None:
    shown = CardQuery(client_ids=frozenset({"C1", "C3"}))
    assert await office.ids(shown) == ["C1", "C3"]
    assert (await office.directory.find(shown)).total == 3


async def test_changed_client_is_seen_when_the_screens_are_told(office: Office) -> None:
    seen: list[frozenset[str]] = []
    office.desk.changes.subscribe(lambda change: seen.append(change.clients))
    await office.desk.receive(("client", a_client("C3", "王五五", tier="platinum")), after=7)
    assert seen[-1] == {"C3"}
    assert await office.ids(CardQuery()) == ["C3", "C2", "C1"]


async def test_client_given_to_another_manager_leaves_the_list(office: Office) -> None:
    batch = page([Line(8, "client", None, {"branch_id": "B1", "client_id": "C1"})], after=7)
    told = await office.desk.store.write(lambda c: apply_changes(c, batch))
    await office.desk.changes.announce(told)
    assert await office.ids(CardQuery()) == ["C2", "C3"]
    with pytest.raises(ExpectedFailure) as refused:
        await office.directory.profile("C1")
    assert refused.value.code == "CLIENT_NOT_FOUND"


async def test_unchanged_card_is_the_same_object(office: Office) -> None:
    first = (await office.directory.find(CardQuery())).cards
    office.desk.prices.set(MAOTAI, 1_800_0000, 1_750_0000)
    second = (await office.directory.find(CardQuery())).cards
    assert [a is b for a, b in zip(first, second, strict=True)] == [True, False, True]


async def test_cards_follow_the_settings_of_the_firm(office: Office) -> None:
    [before, *_] = (await office.directory.find(CardQuery())).cards
    assert before.next_tier_permille == 500
    office.tiers.permille, office.tiers.rests_on = 700, "other settings"
    [after, *_] = (await office.directory.find(CardQuery())).cards
    assert after.next_tier_permille == 700


async def test_a_risk_test_lasts_as_the_settings_of_its_day_say(office: Office) -> None:
    lasting = await office.directory.profile("C1")
    assert (lasting.risk_valid_to, lasting.risk_expired) == ("2024-03-01", False)
    office.rules.settings = Settings()
    unknown = await office.directory.profile("C1")
    assert (unknown.risk_valid_to, unknown.risk_expired) == ("", False)


async def test_page_of_a_client(office: Office) -> None:
    open_sell = a_row(
        "trade_order", client_order_id="O1", client_id="C1", account="88000001", symbol=MAOTAI,
        side="sell", quantity=30, price_units=1_800_0000, state="working",
        entered_at="2023-02-01T09:40:00+08:00",
    )  # fmt: skip
    open_buy = open_sell | {
        "client_order_id": "O2", "symbol": PING_AN, "side": "buy", "quantity": 100,
        "price_units": 10_0000, "entered_at": "2023-02-01T09:50:00+08:00",
    }  # fmt: skip
    office.desk.prices.set(MAOTAI, 1_800_0000, 1_750_0000)
    await office.desk.receive(("trade_order", open_sell), ("trade_order", open_buy), after=7)
    profile = await office.directory.profile("C1")
    line = profile.holdings[0]
    assert (line.value_cents, line.profit_cents, line.day_change_cents) == (
        180_000_00,
        30_000_00,
        5_000_00,
    )
    assert (line.quantity, line.sellable, line.share_permille) == (100, 70, 994)
    assert (profile.cash_cents, profile.frozen_cents, profile.card.open_orders) == (
        1_000_00,
        1_000_00,
        2,
    )
    assert (profile.id_masked, profile.birthday_masked) == ("110101********1234", "1980-**-**")
    assert [order.client_order_id for order in profile.orders] == ["O2", "O1"]
    assert profile.rate_permille == "0.25"


@pytest.mark.parametrize(
    ("tested_on", "valid_to", "expired"),
    [
        ("2021-02-01", "2023-02-01", False),
        ("2021-01-31", "2023-01-31", True),
        ("2020-02-29", "2022-02-28", True),
        ("", "", True),
    ],
)
async def test_risk_test_holds_two_years_to_the_same_day(
    office: Office, tested_on: str, valid_to: str, expired: bool
) -> None:
    await office.desk.receive(("client", a_client("C1", risk_tested_on=tested_on)), after=7)
    profile = await office.directory.profile("C1")
    assert (profile.risk_valid_to, profile.risk_expired) == (valid_to, expired)
