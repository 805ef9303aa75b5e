"""Campaigns and report meetings."""

from services.central.migrations.script import run_script

revision = "r0016"
down_revision = "r0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tables, steps, seats, who sees and changes them."""
    run_script("r0016/tables.sql")
    run_script("r0016/seats.sql")
    run_script("r0016/security.sql")


def downgrade() -> None:
    """Not supported: a backup is the way back."""
    raise NotImplementedError("restore a backup instead")
