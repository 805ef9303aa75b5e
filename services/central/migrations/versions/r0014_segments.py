"""Saved segments and marks on the agenda."""

from services.central.migrations.script import run_script

revision = "r0014"
down_revision = "r0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make their tables."""
    run_script("r0014/segments.sql")


def downgrade() -> None:
    """Not supported: a backup is the way back."""
    raise NotImplementedError("restore a backup instead")
