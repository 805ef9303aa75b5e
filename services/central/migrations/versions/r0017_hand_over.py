"""Clients handed over from one manager to another, and referrals between their clients."""

from services.central.migrations.script import run_script

revision = "r0017"
down_revision = "r0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Who was handed over, the hand-over itself, referrals over two managers."""
    run_script("r0017/tables.sql")
    run_script("r0017/hand_over.sql")
    run_script("r0017/referrals.sql")


def downgrade() -> None:
    """Not supported: a backup is the way back."""
    raise NotImplementedError("restore a backup instead")
