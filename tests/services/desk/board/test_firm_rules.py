"""The firm's settings in memory: of the day that is asked for, in step with the store."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest

from models.rules.basis.profile import Settings
from models.rules.basis.settings.trading import QuoteSettings
from services.desk.board.firm_rules import FirmRules
from services.desk.orders.day_rules import DayRules
from services.desk.storage.rows import Row
from services.rules.dated import settings_of
from tests.support.desk_data import TODAY, Desk, a_row, open_desk

TOMORROW = TODAY + timedelta(days=1)


def setting(name: str, value: object, day: date, branch_id: str = "*") -> tuple[str, Row]:
    """What was decided, as it comes down."""
    text = msgspec.json.encode(value).decode()
    row = a_row("firm_setting", name=name, value=text, effective_from=day.isoformat())
    return "firm_setting", row | {"branch_id": branch_id, "manager_id": "*"}


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path) as opened:
        yield opened


@pytest.fixture
async def rules(desk: Desk) -> FirmRules:
    """Followed as the running desk does."""
    found = FirmRules(desk.store)
    await found.load()
    desk.changes.refresh_with(found.refresh)
    return found


async def test_nothing_is_set_until_central_has_told_it(desk: Desk, rules: FirmRules) -> None:
    assert rules.on(TODAY) == Settings()
    day_rules = DayRules(desk.clock, rules)
    await desk.receive(setting("quotes", {"staff_level2": True}, TODAY), stream="*")
    assert rules.on(TODAY).quotes == QuoteSettings(staff_level2=True)
    assert day_rules.rules.settings is rules.on(TODAY)


async def test_each_section_holds_from_its_own_day(desk: Desk, rules: FirmRules) -> None:
    await desk.receive(
        setting("quotes", {"staff_level2": True}, TODAY),
        setting("quotes", {"staff_level2": False}, TOMORROW),
        setting("alerts", {"move_percent": "5"}, TODAY),
        setting("branch", {"name": "上海营业部"}, TODAY, "B001"),
        stream="*",
    )
    assert rules.on(TODAY - timedelta(days=1)) == Settings()
    assert rules.on(TODAY).quotes.staff_level2 is True
    assert rules.on(TOMORROW).quotes.staff_level2 is False
    assert rules.on(TOMORROW).alerts == rules.on(TODAY).alerts != Settings().alerts


async def test_the_rules_of_a_ticket_turn_with_the_day(desk: Desk, rules: FirmRules) -> None:
    await desk.receive(
        setting("quotes", {"staff_level2": True}, TODAY),
        setting("quotes", None, TOMORROW),
        stream="*",
    )
    day_rules = DayRules(desk.clock, rules)
    before, tariff = day_rules.rules, day_rules.tariff
    assert before.settings.quotes.staff_level2 is True
    assert (day_rules.rules, day_rules.tariff) == (before, tariff)
    desk.clock.moment += timedelta(days=1)
    assert day_rules.rules.settings.quotes.staff_level2 is None
    assert day_rules.tariff is not tariff


async def test_what_this_program_cannot_read_sets_nothing(desk: Desk, rules: FirmRules) -> None:
    await desk.receive(
        setting("quotes", {"staff_level2": True}, TODAY),
        setting("alerts", {"move_percent": "many"}, TOMORROW),
        stream="*",
    )
    assert rules.on(TODAY).quotes.staff_level2 is True
    assert rules.on(TOMORROW) == Settings()


async def test_the_engine_is_handed_what_is_in_force_and_nothing_else(
    desk: Desk, rules: FirmRules
) -> None:
    assert rules.sections(TODAY) == ()
    await desk.receive(
        setting("quotes", {"staff_level2": True}, TODAY),
        setting("quotes", None, TOMORROW),
        setting("alerts", {"move_percent": "5"}, TODAY),
        setting("branch", {"name": "上海营业部"}, TODAY, "B001"),
        stream="*",
    )
    kept = ("alerts", '{"move_percent":"5"}')
    assert rules.sections(TODAY) == (kept, ("quotes", '{"staff_level2":true}'))
    assert rules.sections(TOMORROW) == (kept, ("quotes", "null"))
    for day in (TODAY, TOMORROW):
        assert settings_of(rules.sections(day), day) == rules.on(day)


async def test_a_value_that_is_no_json_sets_nothing(desk: Desk, rules: FirmRules) -> None:
    table, row = setting("quotes", None, TODAY)
    await desk.receive((table, row | {"value": "{"}), stream="*")
    assert rules.on(TODAY) == Settings()
