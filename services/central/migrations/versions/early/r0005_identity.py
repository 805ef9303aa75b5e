"""Logins of persons: raw SQL as somebody sees what he may see."""

from services.central.migrations.script import run_script

revision = "r0005"
down_revision = "r0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bind a session to the login it began with."""
    run_script("r0005/identity.sql")


def downgrade() -> None:
    """Not supported: a backup is the way back."""
    raise NotImplementedError("restore a backup instead")
