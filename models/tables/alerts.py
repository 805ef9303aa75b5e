"""The synced table of alerts that central wrote for clients (service-system S22, S23)."""

from sqlalchemy import Table

from models.tables.columns import FIRM, text_column, to_client, version_column, whole_column

# One row a client, security, kind and day of the event: it is written once.
CLIENT_ALERT = Table(
    "client_alert",
    FIRM,
    text_column("branch_id", key=True),
    text_column("alert_id", key=True),
    text_column("manager_id"),
    text_column("client_id"),
    text_column("event_id"),
    text_column("symbol"),
    text_column("kind"),  # of models.rules.alerts.events, or scan
    text_column("product"),  # SMS2, SMS3; "" = mandatory, goes to every holder
    text_column("day"),  # of the event
    text_column("title"),
    text_column("reason"),  # the numbers behind it
    whole_column("held"),  # shares
    text_column("raised_at"),
    version_column(),
    to_client(),
)

ALERTS: tuple[Table, ...] = (CLIENT_ALERT,)
