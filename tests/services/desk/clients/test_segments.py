"""Segments over the clients of a desk."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from models.clients.segments.judge import Answer
from models.clients.segments.rule import (
    ConsentsTo,
    Every,
    Holds,
    RiskIs,
    RiskTestEndsWithin,
    SegmentRule,
    TierIs,
    rule_text,
)
from models.clients.tier import RiskClass, Tier
from models.errors import ExpectedFailure
from models.rules.basis.profile import Settings
from models.rules.messages.send_gate import Purpose
from models.status import ChangeSet
from models.wire.service.plans import SaveSegment
from services.desk.clients.roll import ClientRoll
from services.desk.clients.segments import Picked, SegmentClients
from services.desk.storage.rows import Row
from tests.support.desk_data import Desk, FakePrices, FakeRules, a_client, a_row, open_desk

GOLD = SegmentRule(1, TierIs((Tier.GOLD,)))
CAREFUL = SegmentRule(1, Every((TierIs((Tier.GOLD,)), RiskIs((RiskClass.C2,)))))


@dataclass(slots=True)
class Office:
    """Segments over an open desk."""

    desk: Desk
    roll: ClientRoll
    segments: SegmentClients
    rules: FakeRules
    came: int = 0

    async def receive(self, *rows: tuple[str, Row]) -> None:
        """Rows come in from central and everything is told."""
        await self.desk.receive(*rows, after=self.came)
        self.came += len(rows)


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with open_desk(tmp_path) as desk:
        rules = FakeRules()
        roll = ClientRoll(desk.store, FakePrices())
        await roll.load()
        segments = SegmentClients(store=desk.store, roll=roll, settings=rules, clock=desk.clock)
        await segments.load()
        for refresher in (roll.refresh, segments.refresh):
            desk.changes.refresh_with(refresher)
        yield Office(desk, roll, segments, rules)


def client(name: str, **values: str | int) -> tuple[str, Row]:
    return "client", a_client(name, "张三", **values)


async def test_everybody_is_in_out_or_unknown(office: Office) -> None:
    await office.receive(
        client("C1", tier="gold", risk_class="C2"),
        client("C2", tier="gold", risk_class=""),
        client("C3", tier="silver", risk_class=""),
    )
    assert await office.segments.pick(CAREFUL) == Picked(("C1",), ("C3",), ("C2",))
    [finding] = office.segments.explain(CAREFUL, "C2")
    assert (finding.answer, finding.missing) == (Answer.UNKNOWN, "risk_class")
    with pytest.raises(ExpectedFailure, match="找不到"):
        office.segments.explain(CAREFUL, "C9")


async def test_a_client_who_changes_is_asked_anew(office: Office) -> None:
    await office.receive(client("C1", tier="silver"), client("C2", tier="gold"))
    stamp = office.segments.stamp
    assert (await office.segments.pick(GOLD)).in_ == ("C2",)
    await office.receive(client("C1", tier="gold", version=2))
    assert set((await office.segments.pick(GOLD)).in_) == {"C1", "C2"}
    assert office.segments.stamp > stamp
    held = SegmentRule(1, Holds("600519.SH"))
    assert (await office.segments.pick(held)).in_ == ()
    await office.receive(
        ("account", a_row("account", account="A1", client_id="C1")),
        ("holding", a_row("holding", account="A1", symbol="600519.SH", client_id="C1", quantity=1)),
    )
    assert (await office.segments.pick(held)).in_ == ("C1",)


async def test_the_newest_consent_of_purpose_and_channel_counts(office: Office) -> None:
    marketing = SegmentRule(1, ConsentsTo(Purpose.MARKETING, "sms"))
    said = {"client_id": "C1", "purpose": "marketing"}
    first, second = "2023-01-01T09:00:00.000+08:00", "2023-01-02T09:00:00.000+08:00"
    await office.receive(
        client("C1"),
        (
            "consent",
            a_row("consent", consent_id="1", channel="*", form="explicit", at=first, **said),
        ),
    )
    assert (await office.segments.pick(marketing)).in_ == ("C1",)
    gone = a_row("consent", consent_id="2", channel="sms", form="withdrawn", at=second, **said)
    await office.receive(("consent", gone))
    assert (await office.segments.pick(marketing)).out == ("C1",)


async def test_without_the_setting_nobody_knows_when_a_test_ends(office: Office) -> None:
    ending = SegmentRule(1, RiskTestEndsWithin(30))
    await office.receive(client("C1", risk_tested_on="2021-02-10", risk_class="C3"))
    assert (await office.segments.pick(ending)).in_ == ("C1",)
    office.rules.settings = Settings()
    await office.segments.refresh(ChangeSet(grounds=True))
    assert (await office.segments.pick(ending)).unknown == ("C1",)


async def test_saved_segments_are_listed_with_what_cannot_be_asked(office: Office) -> None:
    def saved(name: str, rule: str, **values: str) -> tuple[str, Row]:
        return "segment", a_row("segment", segment_id=name, name=name, rule=rule, **values)

    gold = rule_text(GOLD)
    await office.receive(
        saved("金卡", gold),
        saved("新版", '{"version": 99, "part": {"type": "moon"}}'),
        saved("旧的", gold, deleted_at="2023-01-31T09:00:00.000+08:00"),
        saved("同事的", gold, manager_id="M002"),
    )
    await office.desk.outbox.add(SaveSegment("S9", "本周", gold), "")

    listed = await office.segments.saved("M001")

    assert [(one.name, one.rule, one.is_pending) for one in listed] == [
        ("新版", None, False),
        ("本周", GOLD, True),
        ("金卡", GOLD, False),
    ]
    assert "99" in listed[0].fault


async def test_who_is_not_the_desks_any_more_is_left_out_while_others_are_asked(
    office: Office,
) -> None:
    await office.receive(*(client(f"C{number:03}", tier="gold") for number in range(120)))
    picking = asyncio.create_task(office.segments.pick(GOLD))
    await asyncio.sleep(0)
    [last] = office.roll.order[-1:]
    gone = office.roll.entries[last].client_id
    del office.roll.rows[gone]

    picked = await picking

    assert (len(picked.in_), gone in picked.in_) == (119, False)
