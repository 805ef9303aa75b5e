"""Figures of assessment that are restated."""

from services.central.migrations.script import run_script

revision = "r0010"
down_revision = "r0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let nights restate what was booked late."""
    run_script("r0010/increment.sql")


def downgrade() -> None:
    """Not supported: a backup is the way back."""
    raise NotImplementedError("restore a backup instead")
