"""A practice firm that lets nothing out, and what a real firm keeps of practice."""

from services.central.migrations.script import run_script

revision = "r0018"
down_revision = "r0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Mark practice firms; keep what people hand in."""
    run_script("r0018/practice.sql")


def downgrade() -> None:
    """Not supported: a backup is the way back."""
    raise NotImplementedError("restore a backup instead")
