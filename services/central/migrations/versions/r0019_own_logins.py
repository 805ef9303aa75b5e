"""What a login of a person's own may put beside the functions of central."""

from services.central.migrations.script import run_script

revision = "r0019"
down_revision = "r0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Say where functions look, what the time is, and who takes locks."""
    run_script("r0019/own_logins.sql")


def downgrade() -> None:
    """Not supported: a backup is the way back."""
    raise NotImplementedError("restore a backup instead")
