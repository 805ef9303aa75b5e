"""Rights by duty: persons read, workers write; queues of approvals; alerts as they are told."""

from services.central.migrations.script import run_script

revision = "r0006"
down_revision = "r0005"
branch_labels = None
depends_on = None

_SCRIPTS = ("roles", "functions", "approvals")


def upgrade() -> None:
    """Part the rights of persons and workers, add the queues."""
    for name in _SCRIPTS:
        run_script(f"r0006/{name}.sql")


def downgrade() -> None:
    """Rights that were taken away are not given back."""
    raise NotImplementedError("restore a backup instead")
