"""Pruning beside commands in hand."""

from services.central.migrations.script import run_script

revision = "r0008"
down_revision = "r0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let pruning wait for nobody."""
    run_script("r0008/pruning.sql")


def downgrade() -> None:
    """Not supported: a backup is the way back."""
    raise NotImplementedError("restore a backup instead")
