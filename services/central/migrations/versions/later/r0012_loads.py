"""Loads that can be taken back; what goes with time; copies that arrived."""

from services.central.migrations.script import run_script

revision = "r0012"
down_revision = "r0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let a load be named and taken back as a whole; forget answers and personal columns."""
    run_script("r0012/loads.sql")
    run_script("r0012/pruning.sql")
    run_script("r0012/exports.sql")


def downgrade() -> None:
    """Not supported: a backup is the way back."""
    raise NotImplementedError("restore a backup instead")
