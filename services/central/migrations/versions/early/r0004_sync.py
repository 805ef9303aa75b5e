"""Pruning of the change log and of answered commands."""

from services.central.migrations.script import run_script

revision = "r0004"
down_revision = "r0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the marks and the functions that prune by them."""
    run_script("r0004/pruning.sql")


def downgrade() -> None:
    """Not supported: a backup is the way back."""
    raise NotImplementedError("restore a backup instead")
