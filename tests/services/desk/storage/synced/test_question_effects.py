"""Questions on the desk before central has answered."""

from pathlib import Path

from sqlalchemy import select

from models.tables.firm import CONTACT
from models.tables.staff.questions import ADVISORY_QUESTION
from models.wire.service.teams.questions import AskQuestion, RelayAnswer, TakeQuestion
from tests.support.desk_data import open_desk


async def test_a_general_question_that_is_relayed_makes_no_contact(tmp_path: Path) -> None:
    """Central refuses it; until then nothing breaks (found by the fault test, seed 7)."""
    async with open_desk(tmp_path) as desk:
        await desk.outbox.add(AskQuestion("Q1", "", "新股规则", "请答复"), "Q1")
        await desk.outbox.add(TakeQuestion("Q1"), "Q1")
        await desk.outbox.add(RelayAnswer("Q1", "K1", "phone", "2023-02-01T10:00:00+08:00"), "Q1")
        shown = await desk.store.read(
            lambda c: (
                c.execute(select(ADVISORY_QUESTION.c.state)).scalars().all(),
                c.execute(select(CONTACT)).all(),
            )
        )
    assert shown == (["relayed"], [])
