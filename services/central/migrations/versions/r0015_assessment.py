"""Stage-1 assessment at months' ends, and who looked after a client when."""

from services.central.migrations.script import run_script

revision = "r0015"
down_revision = "r0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables of figures, and the dated manager of every client as he is now."""
    run_script("r0015/assessment.sql")
    run_script("r0015/imports.sql")


def downgrade() -> None:
    """A figure that was told cannot be forgotten."""
    raise NotImplementedError("a database with assessed months cannot go back")
