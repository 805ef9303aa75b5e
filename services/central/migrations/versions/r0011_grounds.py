"""The firm's settings and the staff's certificates go down to the desks."""

from services.central.migrations.script import run_script

revision = "r0011"
down_revision = "r0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Log them like all other synced rows, those that are there first."""
    run_script("r0011/grounds.sql")


def downgrade() -> None:
    """Not supported: a backup is the way back."""
    raise NotImplementedError("restore a backup instead")
