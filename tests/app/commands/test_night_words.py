"""Whatever a night counts has a word on the command line."""

from app.commands.nights import COUNTS
from services.worker.nights.plan import STEPS


def test_every_count_of_every_step_has_a_word() -> None:
    counted = {one.counted for step in STEPS for one in step.statements if one.counted}
    assert counted <= set(COUNTS)
