"""Nightly runs: source rows of figures, ratings and reviews, settlement, alerts for all clients."""

from services.central.migrations.script import run_script

revision = "r0003"
down_revision = "r0002"
branch_labels = None
depends_on = None

_SCRIPTS = ("tables", "words", "change_log", "indexes", "security")


def upgrade() -> None:
    """Add the tables of the nights and the role they act as."""
    for name in _SCRIPTS:
        run_script(f"r0003/{name}.sql")


def downgrade() -> None:
    """A frozen baseline and posted commission cannot be forgotten."""
    raise NotImplementedError("a database with posted commission cannot go back")
