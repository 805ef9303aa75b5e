"""What a login may put beside the functions of central; news of securities by file."""

from services.central.migrations.script import run_script

revision = "r0019"
down_revision = "r0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Say where functions look, what the time is, who takes locks; let news in."""
    run_script("r0019/own_logins.sql")
    run_script("r0019/news.sql")


def downgrade() -> None:
    """Not supported: a backup is the way back."""
    raise NotImplementedError("restore a backup instead")
