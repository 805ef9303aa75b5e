"""Loads that can be taken back."""

from services.central.migrations.script import run_script

revision = "r0009"
down_revision = "r0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let a load be named, and be taken back as a whole."""
    run_script("r0009/loads.sql")


def downgrade() -> None:
    """Not supported: a backup is the way back."""
    raise NotImplementedError("restore a backup instead")
