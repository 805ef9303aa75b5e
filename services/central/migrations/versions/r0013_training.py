"""Courses, question bank, exams, and certificates that are earned or revoked."""

from services.central.migrations.script import run_script

revision = "r0013"
down_revision = "r0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let people learn, sit exams and earn what their features ask for."""
    run_script("r0013/training.sql")


def downgrade() -> None:
    """Not supported: a backup is the way back."""
    raise NotImplementedError("restore a backup instead")
