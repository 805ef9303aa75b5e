"""Tables, change log, audit chain, indexes and row-level security of the first release."""

from services.central.migrations.script import run_script

revision = "r0001"
down_revision = None
branch_labels = None
depends_on = None

_SCRIPTS = ("tables", "indexes", "change_log", "audit", "security")


def upgrade() -> None:
    """Build the schema in an empty database."""
    for name in _SCRIPTS:
        run_script(f"r0001/{name}.sql")


def downgrade() -> None:
    """There is nothing before the first revision."""
    raise NotImplementedError("the first revision cannot be taken back")
