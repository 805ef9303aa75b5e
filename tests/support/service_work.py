"""Client service through inbox and worker: a client made to measure, commands, answers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncEngine

from models.lives.approval import Verdict
from models.wire.commands import Command, Envelope
from models.wire.service.approvals import DecideApproval
from services.worker.worker import Worker
from tests.support.central_work import envelope, put
from tests.support.postgres import FixedClock, ask, engine_on

CLIENT, OTHER = "C000001", "C000002"
X_UNITS = 3_000  # base rate 0.3 permille


@dataclass(frozen=True, slots=True)
class Firm:
    """A demo firm with one client of M001 as the test wants him."""

    url: str
    engine: AsyncEngine

    async def do(self, command: Command, by: str = "M001", **changed: object) -> Envelope:
        """Send one command and have everything answered."""
        sent = self.enclose(command, by, **changed)
        await put(self.engine, [sent])
        await self.work(changed.get("at"))
        return sent

    def enclose(self, command: Command, by: str = "M001", **changed: object) -> Envelope:
        """The command on the desk of ``by``."""
        own = {"branch_id": "HQ", "manager_id": by} if by == "CO01" else {}
        told = {name: value for name, value in changed.items() if name != "at"}
        return envelope(command, str(told.pop("key", CLIENT)), author=by, **(own | told))

    async def work(self, at: object = None) -> None:
        """Answer everything that waits, at another time than 10:00 of the demo day where told."""
        worker = Worker(self.engine, FixedClock(at) if isinstance(at, datetime) else FixedClock())
        while await worker.work_once():
            continue

    async def decide(
        self, approval: Envelope, verdict: str = "approve", by: str = "BM01", **changed: object
    ) -> Envelope:
        """Answer the approval that ``approval`` asked for."""
        command = DecideApproval(approval.command_id, Verdict(verdict), "已核对")
        return await self.do(command, by, **changed)

    async def code(self, sent: Envelope) -> str:
        """Outcome of a command: "applied", or the code of its refusal."""
        [(outcome, code)] = await self.ask(
            "SELECT outcome, code FROM command_answer WHERE command_id = $1", sent.command_id
        )
        return str(code or outcome)

    async def ask(self, query: str, *arguments: object) -> list[tuple[object, ...]]:
        """Rows of one statement, with the owner's rights."""
        return await ask(self.url, query, *arguments)

    async def balance(self) -> tuple[object, ...]:
        """The client's points, what is held of them, and the sum of his entries."""
        [row] = await self.ask(
            "SELECT points_milli, (SELECT coalesce(sum(points_milli), 0)::bigint FROM points_hold h"
            " WHERE h.client_id = c.client_id AND h.state = 'held'), (SELECT coalesce(sum("
            "points_milli), 0)::bigint FROM points_entry e WHERE e.client_id = c.client_id)"
            " FROM client c WHERE client_id = $1",
            CLIENT,
        )
        return row


@asynccontextmanager
async def open_firm(url: str, *, tier: str = "gold", points: int = 10_000) -> AsyncIterator[Firm]:
    """A client of this tier with these points, class C4, no subscription, 0.3 permille."""
    async with engine_on(url) as engine:
        firm = Firm(url, engine)
        await firm.ask("DELETE FROM subscription WHERE client_id = $1", CLIENT)
        await firm.ask("DELETE FROM client_rate WHERE client_id = $1", CLIENT)
        await firm.ask(
            "INSERT INTO client_rate VALUES ('B001', $1, '2015-01-01', '', 'M001', $2)",
            CLIENT,
            X_UNITS,
        )
        await firm.ask(
            "UPDATE client SET tier = $2, tier_by = 'assets', risk_class = 'C4', rate_units = $3,"
            " risk_tested_on = '2022-06-01', opened_on = '2015-02-01' WHERE client_id = $1",
            CLIENT,
            tier,
            X_UNITS,
        )
        await firm.ask("UPDATE client_tier SET tier = $2 WHERE client_id = $1", CLIENT, tier)
        await firm.ask(
            "INSERT INTO points_entry (branch_id, entry_id, manager_id, client_id, kind,"
            " points_milli) SELECT 'B001', 'set-' || $1::text, 'M001', $1, 'opening',"
            " $2 - points_milli FROM client WHERE client_id = $1",
            CLIENT,
            points * 1_000,
        )
        yield firm
