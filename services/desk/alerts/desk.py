"""The desk's AlertDesk: raises each alert once a day, keeps its time, takes notes of it."""

import asyncio
import logging
from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import timedelta

from models.clients.alert import HoldingAlert, SecurityHolder, Severity
from models.dates import moment_text
from models.errors import ExpectedFailure
from models.status import ChangeSet
from models.wire.commands import AcknowledgeAlert
from services.clock.clock import Clock
from services.desk.alerts.central import told_by_central
from services.desk.alerts.conditions import Conditions, Place
from services.desk.alerts.facts import event_fact, levels_of
from services.desk.alerts.writer import AlertWriter, Standing, holder_of
from services.desk.board.changes import DeskChanges
from services.desk.board.turns import by_turns
from services.desk.clients.prices import Prices
from services.desk.clients.roll import ClientRoll
from services.desk.storage.queries.alerts import (
    ClientAlert,
    RaisedAlert,
    SecurityEvent,
    read_acknowledged,
    read_client_alerts,
    read_raised,
    read_security_events,
    write_raised,
)
from services.desk.storage.store import LocalStore
from services.desk.sync.outbox import Outbox
from services.rules.dated import SettingsByDay

PERIOD_S = 0.25
EVENT_DAYS = 7
_log = logging.getLogger(__name__)
_URGENCY = {Severity.SEVERE: 0, Severity.WARNING: 1, Severity.NOTICE: 2}


class LiveAlerts:
    """Alerts on holdings; ``run`` until cancelled, or call ``evaluate`` yourself."""

    def __init__(
        self,
        *,
        store: LocalStore,
        roll: ClientRoll,
        prices: Prices,
        outbox: Outbox,
        clock: Clock,
        changes: DeskChanges,
        settings: SettingsByDay,
    ) -> None:
        self._store = store
        self._roll = roll
        self._outbox = outbox
        self._clock = clock
        self._changes = changes
        self._prices = prices
        self._settings = settings
        self._conditions = Conditions(roll, prices)
        self._writer = AlertWriter(roll, prices, settings)
        self._day = ""
        self._raised: dict[str, RaisedAlert] = {}
        self._priced: dict[str, Standing] = {}
        self._priced_for = -1
        self._unsaved: list[RaisedAlert] = []
        self._events: tuple[SecurityEvent, ...] = ()
        self._of_night: tuple[ClientAlert, ...] = ()
        self._noted: frozenset[str] = frozenset()
        self._standing: dict[str, Standing] = {}
        self._told = self._standing
        self._counts: Mapping[str, int] = {}
        self._basis: tuple[object, ...] = ()

    async def load(self) -> None:
        """Read what was raised and noted; first thing after the clients were loaded."""
        self._day = self._clock.now().date().isoformat()
        self._raised = {
            one.alert_id: one
            for one in await self._store.read(lambda connection: read_raised(connection, self._day))
        }
        self._priced_for = -1
        self._conditions.forget_told()
        await self._read_events()
        await self.evaluate()

    async def refresh(self, change: ChangeSet) -> None:
        """Keep in step with the store; add it to the changes after the clients."""
        if change.alerts or change.tasks or change.whole:
            await self._read_events()
        if change.clients or change.alerts or change.tasks or change.whole:
            self._stand()

    async def run(self) -> None:
        """Evaluate at each period until cancelled; a store that fails is tried again then."""
        while True:
            try:
                await self.evaluate()
            except ExpectedFailure as failure:
                _log.warning("alerts wait for the store: %s", failure.code)
            await asyncio.sleep(PERIOD_S)

    async def evaluate(self) -> None:
        """Raise what is new at the newest prices, and tell the screens when anything is."""
        today = self._clock.now().date()
        if self._day != today.isoformat():
            await self.load()
            self._changes.tell(ChangeSet(grounds=True))  # another day, other settings
            return
        self._conditions.weigh_by(levels_of(self._settings.on(today)))
        self._unsaved += self._raise()
        self._stand()
        self._tell_once()
        if self._unsaved:
            fresh = tuple(self._unsaved)
            await self._store.write_batch(lambda connection: write_raised(connection, fresh))
            del self._unsaved[: len(fresh)]

    async def alerts(self) -> tuple[HoldingAlert, ...]:
        """Severest and newest first."""
        self._roll.revalue()
        found: list[HoldingAlert] = []
        async for standing in by_turns(self._standing.values()):
            alert = self._write(standing)
            if alert is not None:
                found.append(alert)
        found.sort(key=lambda alert: (-alert.value_cents, alert.alert_id))
        found.sort(key=lambda alert: alert.raised_at, reverse=True)
        found.sort(key=lambda alert: _URGENCY[alert.severity])
        return tuple(found)

    def holders(self, symbol: str) -> tuple[SecurityHolder, ...]:
        """All clients who hold a security, whether alerted or not; largest holding first."""
        quote = self._prices.quote(symbol)
        entries = (self._roll.entry(name) for name in self._conditions.holders(symbol))
        found = [holder_of(entry, symbol, quote) for entry in entries if entry is not None]
        return tuple(sorted(found, key=lambda holder: (-holder.value_cents, holder.client_id)))

    async def acknowledge(self, alert_id: str, note: str) -> None:
        """Take note; ExpectedFailure ALERT_NOT_FOUND. Twice is once."""
        standing = self._standing.get(alert_id)
        alert = self._write(standing) if standing else None
        if alert is None:
            raise ExpectedFailure("该预警已不存在", "列表已更新,请重新选择", "ALERT_NOT_FOUND")
        if alert_id in self._noted:
            return
        at = moment_text(self._clock.now())
        command = AcknowledgeAlert(alert_id, alert.client_id, alert.title, note.strip(), at)
        await self._outbox.add(command, alert.client_id)

    def counts(self) -> Mapping[str, int]:
        """Open alerts by client; another mapping whenever they changed."""
        return self._counts

    def _tell_once(self) -> None:
        told, self._told = self._told, self._standing
        if told is not self._standing and told.keys() != self._standing.keys():
            self._changes.tell(ChangeSet(alerts=True))

    async def _read_events(self) -> None:
        since = (self._clock.now().date() - timedelta(days=EVENT_DAYS)).isoformat()
        self._events = await self._store.read(lambda c: read_security_events(c, since))
        self._of_night = await self._store.read(lambda c: read_client_alerts(c, since))
        self._noted = await self._store.read(read_acknowledged)

    def _raise(self) -> list[RaisedAlert]:
        at = moment_text(self._clock.now())
        fresh: list[RaisedAlert] = []
        for place in self._conditions.arising():
            alert_id = _alert_id(place, self._day)
            if alert_id not in self._raised:
                one = RaisedAlert(
                    alert_id, place.client_id, place.symbol, place.kind, self._day, at
                )
                self._raised[alert_id] = one
                self._priced[alert_id] = _standing(one)
                fresh.append(one)
        return fresh

    def _stand(self) -> None:
        """List what was raised today and recent events, of those who still hold it.

        What central wrote at night joins them, unless this desk tells the same already.
        """
        now = moment_text(self._clock.now())
        due = tuple(event for event in self._events if event.happened_at <= now)
        basis = (self._roll.members, len(self._raised), due, self._noted, self._of_night)
        if basis == self._basis:
            return
        self._basis = basis
        live = self._of_prices() | self._of_events(due)
        self._standing = live | told_by_central(self._of_night, self._roll, live)
        counts = Counter(
            one.place.client_id for name, one in self._standing.items() if name not in self._noted
        )
        if counts != self._counts:
            self._counts = counts

    def _of_prices(self) -> dict[str, Standing]:
        if self._priced_for == self._roll.members:
            return self._priced
        self._priced_for = self._roll.members
        self._priced = {
            one.alert_id: _standing(one)
            for one in self._raised.values()
            if self._roll.held(one.client_id, one.symbol)
        }
        return self._priced

    def _of_events(self, due: tuple[SecurityEvent, ...]) -> dict[str, Standing]:
        grouped: defaultdict[tuple[str, str, str], list[SecurityEvent]] = defaultdict(list)
        for event in due:
            grouped[(event.symbol, event.kind, event.happened_at[:10])].append(event)
        found: dict[str, Standing] = {}
        for (symbol, kind, day), events in grouped.items():
            fact = event_fact(tuple(events))
            for client_id in self._conditions.holders(symbol):
                place = Place(client_id, symbol, kind)
                alert_id = _alert_id(place, day)
                found[alert_id] = Standing(alert_id, place, events[0].happened_at, fact)
        return found

    def _write(self, standing: Standing) -> HoldingAlert | None:
        fact = standing.fact or self._conditions.fact(standing.place)
        return self._writer.write(standing, fact, self._day, standing.alert_id in self._noted)


def _alert_id(place: Place, day: str) -> str:
    return f"{place.client_id}:{place.symbol}:{place.kind}:{day}"


def _standing(one: RaisedAlert) -> Standing:
    place = Place(one.client_id, one.symbol, one.kind)
    return Standing(one.alert_id, place, one.raised_at, None)
