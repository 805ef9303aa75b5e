"""The next command, however long the backlog."""

from services.central.migrations.script import run_script

revision = "r0009"
down_revision = "r0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Walk the inbox in order of arrival."""
    run_script("r0009/inbox.sql")


def downgrade() -> None:
    """Not supported: a backup is the way back."""
    raise NotImplementedError("restore a backup instead")
