"""Figures of assessment that are restated."""

from services.central.migrations.script import run_script

revision = "r0009"
down_revision = "r0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let nights restate what was booked late."""
    run_script("r0009/increment.sql")


def downgrade() -> None:
    """Not supported: a backup is the way back."""
    raise NotImplementedError("restore a backup instead")
