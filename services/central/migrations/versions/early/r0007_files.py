"""Files in and out: imports with undo, marked exports, the role that imports act as."""

from services.central.migrations.script import run_script

revision = "r0007"
down_revision = "r0006"
branch_labels = None
depends_on = None

_SCRIPTS = ("tables", "security", "exports")


def upgrade() -> None:
    """Add the tables of imports and exports and who may do what with them."""
    for name in _SCRIPTS:
        run_script(f"r0007/{name}.sql")


def downgrade() -> None:
    """What left the firm as a file must stay traceable."""
    raise NotImplementedError("a database that knows exported files cannot go back")
