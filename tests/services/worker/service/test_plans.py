"""Saved segments and marks on the agenda, through inbox and worker."""

from models.clients.segments.rule import SegmentRule, TierIs, rule_text
from models.clients.tier import Tier
from models.wire.commands import Command
from models.wire.service.plans import (
    ChangeSegment,
    DeleteSegment,
    DismissAgenda,
    RestoreAgenda,
    SaveSegment,
    SnoozeAgenda,
)
from tests.support.service_work import CLIENT, Firm

GOLD = rule_text(SegmentRule(1, TierIs((Tier.GOLD,))))
SILVER = rule_text(SegmentRule(1, TierIs((Tier.SILVER,))))
LATER = "2023-02-03T09:00:00.000+08:00"
ROW = f"birthday:{CLIENT}:2023"


async def segments(firm: Firm) -> list[tuple[object, ...]]:
    return await firm.ask(
        "SELECT name, rule, deleted_at <> '', version FROM segment WHERE segment_id = 'G1'"
    )


async def mark(firm: Firm) -> tuple[object, ...]:
    [row] = await firm.ask(
        "SELECT snoozed_until, dismissed_at <> '', reason, version FROM agenda_mark"
    )
    return row


async def test_a_deleted_segment_comes_back_when_saved_again(firm: Firm) -> None:
    save = SaveSegment("G1", "金卡", GOLD)
    assert await firm.code(await firm.do(save, key="G1")) == "applied"
    assert await firm.code(await firm.do(save, key="G1")) == "DUPLICATE"
    assert await firm.code(await firm.do(DeleteSegment("G1"), key="G1")) == "applied"
    assert await segments(firm) == [("金卡", GOLD, True, 2)]
    gone = await firm.do(ChangeSegment("G1", "银卡", SILVER), key="G1")
    assert await firm.code(gone) == "SEGMENT_NOT_FOUND"
    assert await firm.code(await firm.do(save, key="G1")) == "applied"
    assert await segments(firm) == [("金卡", GOLD, False, 3)]


async def test_a_segment_is_changed_only_in_the_version_that_was_seen(firm: Firm) -> None:
    await firm.do(SaveSegment("G1", "金卡", GOLD), key="G1")
    change = ChangeSegment("G1", "银卡", SILVER)
    assert await firm.code(await firm.do(change, key="G1", expected_version=1)) == "applied"
    assert await segments(firm) == [("银卡", SILVER, False, 2)]
    stale = await firm.do(DeleteSegment("G1"), key="G1", expected_version=1)
    assert await firm.code(stale) == "VERSION_CONFLICT"


async def test_a_bad_segment_is_refused_with_its_reason(firm: Firm) -> None:
    bad: dict[Command, str] = {
        SaveSegment("G1", " ", GOLD): "SEGMENT_NAME",
        SaveSegment("G1", "金卡", "{"): "SEGMENT_UNREADABLE",
        SaveSegment("G1", "金卡", '{"version":9}'): "SEGMENT_VERSION",
        DeleteSegment("G1"): "SEGMENT_NOT_FOUND",
    }
    for command, code in bad.items():
        assert await firm.code(await firm.do(command, key="G1")) == code
    assert await segments(firm) == []


async def test_a_colleague_cannot_touch_a_segment(firm: Firm) -> None:
    await firm.do(SaveSegment("G1", "金卡", GOLD), key="G1")
    other = await firm.do(DeleteSegment("G1"), "M002", key="G1", manager_id="M002")
    assert await firm.code(other) == "SEGMENT_NOT_FOUND"
    same = await firm.do(SaveSegment("G1", "我的", GOLD), "M002", key="G1", manager_id="M002")
    assert await firm.code(same) == "DUPLICATE"
    assert await segments(firm) == [("金卡", GOLD, False, 1)]


async def test_who_has_no_clients_has_no_segments(firm: Firm) -> None:
    save = SaveSegment("G1", "金卡", GOLD)
    assert await firm.code(await firm.do(save, "CO01", key="G1", manager_id="CO01")) == "PLAN_ROLE"


async def test_a_row_is_put_off_dismissed_and_taken_back(firm: Firm) -> None:
    assert await firm.code(await firm.do(SnoozeAgenda(ROW, CLIENT, LATER))) == "applied"
    assert await mark(firm) == (LATER, False, "", 1)
    assert await firm.code(await firm.do(DismissAgenda(ROW, CLIENT, "已当面祝贺"))) == "applied"
    assert await mark(firm) == ("", True, "已当面祝贺", 2)
    assert await firm.code(await firm.do(RestoreAgenda(ROW, CLIENT))) == "applied"
    assert await mark(firm) == ("", False, "", 3)
    assert await firm.code(await firm.do(RestoreAgenda(ROW, CLIENT))) == "AGENDA_NOT_MARKED"


async def test_a_mark_without_sense_is_refused(firm: Firm) -> None:
    bad: dict[Command, str] = {
        SnoozeAgenda(ROW, CLIENT, "2023-02-01T09:00:00.000+08:00"): "AGENDA_PAST",
        SnoozeAgenda(ROW, CLIENT, "明天"): "DATE_INVALID",
        DismissAgenda(ROW, CLIENT, " "): "AGENDA_REASON",
        DismissAgenda(ROW, "C999999", "无"): "CLIENT_NOT_FOUND",
        RestoreAgenda("", CLIENT): "AGENDA_ROW",
    }
    for command, code in bad.items():
        assert await firm.code(await firm.do(command)) == code
