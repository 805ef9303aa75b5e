"""Choices of a person are there again the next time."""

from pathlib import Path

import pytest

from services.desk.board.preferences import Preferences
from services.desk.storage.rows import write_setting
from tests.support.desk_data import open_desk


async def test_a_choice_is_there_after_reopening(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        first = Preferences(desk.store)
        await first.load()
        assert first.get("quantity_unit") == ""
        await first.keep("quantity_unit", "ones")
    async with open_desk(tmp_path) as desk:
        second = Preferences(desk.store)
        await second.load()
        assert second.get("quantity_unit") == "ones"


@pytest.mark.parametrize("text", ["{", "[1]", '{"a": 1}'])
async def test_unreadable_choices_are_forgotten(tmp_path: Path, text: str) -> None:
    async with open_desk(tmp_path) as desk:
        await desk.store.write(lambda c: write_setting(c, "preferences", text))
        kept = Preferences(desk.store)
        await kept.load()
        assert kept.get("quantity_unit") == ""
