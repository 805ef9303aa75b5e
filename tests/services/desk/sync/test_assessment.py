"""Assessed months at desks: a manager has his own, the branch manager all, each figure its rows."""

from datetime import date, datetime
from pathlib import Path

from models.dates import BEIJING
from models.tables.staff.assessment import ASSESSMENT
from services.desk.board.assessment import AssessmentBoard
from services.desk.storage.queries.assessment import read_months
from services.worker.nights.assessment.process import PROCESS
from services.worker.nights.run import Nights
from tests.services.desk.sync.test_firm_settings import at_work, central_rows, rows
from tests.services.desk.sync.test_whole_circle import stored
from tests.support.hub_desk import running_hub
from tests.support.postgres import FixedClock, ask, engine_on

END = date(2023, 1, 31)


async def assess(url: str) -> None:
    async with engine_on(url) as engine:
        clock = FixedClock(datetime(2023, 1, 31, 18, 30, tzinfo=BEIJING))
        await Nights(engine, clock, [PROCESS]).run(END)


async def test_figures_and_rows_reach_whom_they_concern(demo_central: str, tmp_path: Path) -> None:
    async with (
        running_hub(demo_central) as port,
        at_work(tmp_path, port, "M001") as manager,
        at_work(tmp_path, port, "BM01") as head,
    ):
        await assess(demo_central)
        own, every = AssessmentBoard(manager.store), AssessmentBoard(head.store)
        managers = {str(row[0]) for row in await ask(demo_central, "SELECT manager_id FROM client")}
        await stored(manager, lambda c: len(read_months(c)) == 1)
        await stored(head, lambda c: len(read_months(c)) == len(managers))
        [month] = await own.months()
        assert (month.manager_id, month.period_to, month.stage) == ("M001", END.isoformat(), 1)
        assert {figure.item for figure in month.figures} == {
            "callbacks", "contacts", "crm_entry",
            "goals.new_assets", "goals.new_clients", "goals.subscriptions_sold",
        }  # fmt: skip
        for figure in month.figures:
            behind = await own.rows(month, figure.item)
            assert sum(row.reached for row in behind) == figure.reached
        assert {one.manager_id for one in await every.months()} == managers
        for table in ASSESSMENT:
            told = [tuple(row.values()) for row in await rows(head, table)]
            assert told == await central_rows(demo_central, table)
