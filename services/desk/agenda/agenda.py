"""The manager's agenda: what stands, what was put off or dismissed, what nobody has set (F4)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime

from models.clients.agenda.row import AgendaRow, ranked
from models.clients.alert import HoldingAlert
from models.dates import BEIJING, moment_of
from models.status import ChangeSet
from services.clock.clock import Clock
from services.desk.agenda.client_rows import ClientRows, Missing
from services.desk.agenda.other_rows import alert_rows, approval_rows, task_rows
from services.desk.clients.roll import ClientRoll
from services.desk.clients.segments import SegmentClients
from services.desk.storage.queries.agenda import PlanRows, read_approvals, read_plans
from services.desk.storage.rows import Row
from services.desk.storage.store import LocalStore
from services.rules.dated import SettingsByDay

OpenAlerts = Callable[[], Awaitable[tuple[HoldingAlert, ...]]]


@dataclass(frozen=True, slots=True)
class Snoozed:
    """A row that comes back at a moment."""

    row: AgendaRow
    until: datetime


@dataclass(frozen=True, slots=True)
class Dismissed:
    """A row about which nothing is to be done, and why."""

    row: AgendaRow
    reason: str


@dataclass(frozen=True, slots=True)
class Today:
    """The whole agenda: each row is in one of the three lists; ``not_configured`` names settings
    without which rows of a kind cannot be made."""

    rows: tuple[AgendaRow, ...]
    snoozed: tuple[Snoozed, ...]
    dismissed: tuple[Dismissed, ...]
    not_configured: tuple[str, ...]


class Agenda:
    """Rows by client, made anew for those alone who changed; all of them on a new day."""

    def __init__(
        self,
        *,
        store: LocalStore,
        roll: ClientRoll,
        clients: SegmentClients,
        settings: SettingsByDay,
        clock: Clock,
        alerts: OpenAlerts,
    ) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock
        self._alerts = alerts
        self._own = ClientRows(roll, clients)
        self._tasks: dict[str, Row] = {}
        self._marks: dict[str, Row] = {}
        self._approvals: tuple[Row, ...] = ()
        self._day: date | None = None

    async def load(self) -> None:
        """Read everything; after roll and clients."""
        self._tasks, self._marks = {}, {}
        self._own.forget()
        self._take(await self._store.read(read_plans))
        self._approvals = await self._store.read(read_approvals)

    async def refresh(self, change: ChangeSet) -> None:
        """Keep in step with the store; add it to the changes after roll and clients."""
        if change.whole:
            await self.load()
            return
        if change.grounds:
            self._own.forget_rows()
        if change.clients or change.tasks or change.plans:
            await self._renew(change.clients)
        if change.approvals:
            self._approvals = await self._store.read(read_approvals)

    async def today(self) -> Today:
        """Return the agenda of this moment; a row that was put off stands again by the clock."""
        now = self._clock.now().astimezone(BEIJING)
        settings = self._settings.on(now.date())
        if now.date() != self._day:
            self._day = now.date()
            self._own.forget_rows()
        missing = Missing()
        await self._own.prepare(settings, now.date())
        made = [*self._own.rows(settings, now.date(), missing)]
        made += task_rows(self._tasks.values())
        made += approval_rows(self._approvals)
        made += alert_rows(await self._alerts(), settings, missing)
        rows = ranked(missing.weighed(made, settings.agenda), settings.agenda, now)
        return self._sorted_out(rows, now, missing.names())

    def _sorted_out(
        self, rows: tuple[AgendaRow, ...], now: datetime, missing: tuple[str, ...]
    ) -> Today:
        standing: list[AgendaRow] = []
        snoozed: list[Snoozed] = []
        dismissed: list[Dismissed] = []
        for row in rows:
            mark = self._marks.get(row.row_id, {})
            until = str(mark.get("snoozed_until") or "")
            if mark.get("dismissed_at"):
                dismissed.append(Dismissed(row, str(mark["reason"])))
            elif until and moment_of(until) > now:
                snoozed.append(Snoozed(row, moment_of(until)))
            else:
                standing.append(row)
        return Today(tuple(standing), tuple(snoozed), tuple(dismissed), missing)

    async def _renew(self, client_ids: frozenset[str]) -> None:
        wanted = client_ids | {""}  # "" = what is about no client
        found = await self._store.read(lambda connection: read_plans(connection, wanted))
        for kept in (self._tasks, self._marks):
            for name in [n for n, row in kept.items() if (row["client_id"] or "") in wanted]:
                del kept[name]
        self._own.drop(client_ids)
        self._take(found)

    def _take(self, found: PlanRows) -> None:
        self._tasks |= {str(row["task_id"]): row for row in found.tasks}
        self._marks |= {str(row["row_id"]): row for row in found.marks}
        self._own.take(found.clients)
