"""What the alerts need of the store: events of securities, what was noted, what was raised."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, delete, select

from models.tables.alerts import CLIENT_ALERT
from models.tables.firm import SECURITY_EVENT, TASK
from models.tables.local import ALERT_RAISED
from services.desk.storage.rows import write_rows


@dataclass(frozen=True, slots=True)
class SecurityEvent:
    """Something that happened to a security; ``mandatory``: every holder must be told."""

    event_id: str
    symbol: str
    kind: str
    happened_at: str
    title: str
    body: str
    source: str
    mandatory: bool


@dataclass(frozen=True, slots=True)
class ClientAlert:
    """An alert that central wrote for a client; ``product`` "" = mandatory, for every holder."""

    alert_id: str
    client_id: str
    event_id: str
    symbol: str
    kind: str
    product: str
    day: str
    title: str
    reason: str
    raised_at: str


@dataclass(frozen=True, slots=True)
class RaisedAlert:
    """An alert of prices as it was first raised; one per client, security, kind and day."""

    alert_id: str
    client_id: str
    symbol: str
    kind: str
    day: str
    raised_at: str


def read_security_events(connection: Connection, since: str) -> tuple[SecurityEvent, ...]:
    """Return the events from the ISO day ``since`` on, oldest first."""
    events = SECURITY_EVENT.c
    names = tuple(SecurityEvent.__dataclass_fields__)
    statement = select(*(events[name] for name in names)).where(events.happened_at >= since)
    rows = connection.execute(statement.order_by(events.happened_at, events.event_id)).mappings()
    return tuple(SecurityEvent(**row) for row in rows)


def read_client_alerts(connection: Connection, since: str) -> tuple[ClientAlert, ...]:
    """Return what central wrote about days from the ISO day ``since`` on, oldest first."""
    alerts = CLIENT_ALERT.c
    names = tuple(ClientAlert.__dataclass_fields__)
    statement = select(*(alerts[name] for name in names)).where(alerts.day >= since)
    rows = connection.execute(statement.order_by(alerts.day, alerts.alert_id)).mappings()
    return tuple(ClientAlert(**row) for row in rows)


def read_acknowledged(connection: Connection) -> frozenset[str]:
    """Return the ids of alerts somebody took note of."""
    statement = select(TASK.c.about).where(TASK.c.about != "", TASK.c.state == "done")
    return frozenset(connection.execute(statement).scalars())


def read_raised(connection: Connection, day: str) -> tuple[RaisedAlert, ...]:
    """Return the alerts of prices raised on a day."""
    rows = connection.execute(select(ALERT_RAISED).where(ALERT_RAISED.c.day == day)).mappings()
    return tuple(RaisedAlert(**row) for row in rows)


def write_raised(connection: Connection, raised: Sequence[RaisedAlert]) -> None:
    """Keep newly raised alerts; those of earlier days are forgotten."""
    if not raised:
        return
    connection.execute(delete(ALERT_RAISED).where(ALERT_RAISED.c.day < raised[0].day))
    write_rows(connection, ALERT_RAISED, [asdict(one) for one in raised])
