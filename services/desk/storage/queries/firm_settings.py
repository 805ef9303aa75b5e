"""The firm's dated settings and a person's certificates, as central told this desk."""

from datetime import date

from sqlalchemy import Connection, select

from models.rules.access.exams.attempt import Held
from models.rules.basis.missing import NotConfigured
from models.rules.basis.profile import Settings
from models.tables.grounds import FIRM_SETTING, STAFF_CERTIFICATE, WHOLE_FIRM
from models.wire.hub import SignedIn
from services.rules.dated import DatedSetting, settings_in_force
from services.rules.reading import BadInput

_SETTINGS = "FIRM_SETTINGS"


def read_dated(connection: Connection) -> tuple[DatedSetting, ...]:
    """Return everything that the whole firm has decided, whenever it begins."""
    table = FIRM_SETTING.c
    query = select(table.name, table.effective_from, table.value)
    found = connection.execute(query.where(table.branch_id == WHOLE_FIRM))
    return tuple(DatedSetting(*row) for row in found)


def known_settings(rows: tuple[DatedSetting, ...], day: date) -> Settings:
    """Return the settings of ``day``; raises NotConfigured FIRM_SETTINGS.

    A desk that central has told none, or some that this program cannot read, knows of no setting:
    also what would be allowed where a setting is empty is refused then.
    """
    if not rows:
        raise NotConfigured(_SETTINGS)
    try:
        return settings_in_force(rows, day)
    except BadInput as fault:
        raise NotConfigured(_SETTINGS) from fault


def read_certificates(connection: Connection, person: SignedIn) -> dict[str, Held]:
    """Return the person's certificates, those that were revoked too."""
    table = STAFF_CERTIFICATE.c
    query = select(table.certificate, table.valid_to, table.revoked_on).where(
        table.branch_id == person.branch_id, table.staff_id == person.staff_id
    )
    return {
        certificate: Held(_day(valid_to), _day(revoked_on))
        for certificate, valid_to, revoked_on in connection.execute(query)
    }


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
