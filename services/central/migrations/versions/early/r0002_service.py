"""Client service: approvals, life cycles, points ledger, dated rates, masked personal data."""

from services.central.migrations.script import run_script

revision = "r0002"
down_revision = "r0001"
branch_labels = None
depends_on = None

_SCRIPTS = ("tables", "indexes", "lives", "points", "security", "privacy")


def upgrade() -> None:
    """Add the tables and guards of client service."""
    for name in _SCRIPTS:
        run_script(f"r0002/{name}.sql")


def downgrade() -> None:
    """Approvals and consents cannot be forgotten."""
    raise NotImplementedError("a database with approvals cannot go back")
