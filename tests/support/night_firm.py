"""A firm made to measure for the nights: settings, clients, and whatever a test adds."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time

import msgspec
from sqlalchemy import Table, insert
from sqlalchemy.ext.asyncio import AsyncEngine

from models.dates import BEIJING
from models.rules.basis.profile import Settings
from models.tables.firm import ACCOUNT, CLIENT, STAFF
from models.tables.grounds import FIRM_SETTING
from services.rules.loader import load_profile
from services.rules.profile import dated_profile
from services.worker.nights.plan import STEPS
from services.worker.nights.run import NightReport, Nights
from tests.support.postgres import FixedClock, ask, engine_on

Row = dict[str, object]
Document = Mapping[str, object]
BRANCH = "B001"
MANAGERS = ("M001", "M002")


@dataclass(slots=True)
class NightFirm:
    """Rows go in with the owner's rights; nights act as they do."""

    url: str
    engine: AsyncEngine
    documents: dict[date, Document] = field(default_factory=dict)

    async def add(self, table: Table, rows: Iterable[Row]) -> None:
        """Insert rows."""
        listed = list(rows)
        if listed:
            async with self.engine.begin() as connection:
                await connection.execute(insert(table), listed)

    async def set(self, day: date, document: Document) -> None:
        """Let settings hold from a day on."""
        self.documents[day] = document
        await self.add(
            FIRM_SETTING,
            (
                {
                    "branch_id": "*",
                    "name": name,
                    "effective_from": day.isoformat(),
                    "value": msgspec.json.encode(value).decode(),
                }
                for name, value in document.items()
            ),
        )

    def settings(self, day: date) -> Settings:
        """The settings of a day, read as the rules read them."""
        newest = max(start for start in self.documents if start <= day)
        return dated_profile(self.documents[newest]).on(day)

    async def night(self, day: date, *names: str, again: bool = False) -> NightReport:
        """Run the named steps (all without a name) in the evening of ``day``."""
        steps = [step for step in STEPS if not names or step.name in names]
        clock = FixedClock(datetime.combine(day, time(18, 30), BEIJING))
        return await Nights(self.engine, clock, steps).run(day, again=again)

    async def ask(self, query: str, *arguments: object) -> list[tuple[object, ...]]:
        """Rows of one statement, with the owner's rights."""
        return await ask(self.url, query, *arguments)


def owner(number: int) -> Row:
    """Branch, stream and client of a row; clients are dealt to the managers in turn."""
    return {
        "branch_id": BRANCH,
        "client_id": f"C{number:04d}",
        "manager_id": MANAGERS[number % len(MANAGERS)],
    }


def pairs(rows: Iterable[tuple[object, ...]]) -> dict[object, object]:
    """The first column by the second."""
    return {row[0]: row[1] for row in rows}


def counts_of(report: NightReport, step: str) -> Mapping[str, int]:
    """What a step counted."""
    return next(one.counts for one in report.steps if one.step == step)


def state_of(report: NightReport, step: str) -> tuple[str, str]:
    """How a step ended, and why not."""
    return next((one.state, one.trouble) for one in report.steps if one.step == step)


def changed(document: Document, section: str, patch: Mapping[str, object]) -> Document:
    """The settings with some keys of one section changed."""
    copy = msgspec.json.decode(msgspec.json.encode(document))
    copy[section].update(patch)
    return dict(copy)


@asynccontextmanager
async def open_night_firm(
    url: str, clients: int, opened: Sequence[str] = ("2015-02-01",)
) -> AsyncIterator[NightFirm]:
    """A firm of the demo's settings with so many ordinary clients, one account each."""
    async with engine_on(url) as engine:
        firm = NightFirm(url, engine)
        await firm.set(date(2020, 1, 1), load_profile(None).document)
        await firm.add(STAFF, ({"branch_id": BRANCH, "staff_id": name} for name in MANAGERS))
        await firm.add(
            CLIENT,
            (
                owner(n)
                | {"tier": "ordinary", "opened_on": opened[n % len(opened)], "rate_units": 2_500}
                for n in range(clients)
            ),
        )
        await firm.add(
            ACCOUNT, (owner(n) | {"account": f"A{n:04d}", "cash_cents": 0} for n in range(clients))
        )
        yield firm
