"""All revisions of the central schema: which scripts of ``resources/schema`` each one runs.

A new one is a row at the end; one that a database may have run is never changed.
"""

from types import ModuleType

from services.central.migrations.script import run_script


class Revision(ModuleType):
    """What Alembic takes for a revision's module; a bundle has no folder of modules to list."""

    def __init__(self, down_revision: str | None, revision: str, *scripts: str) -> None:
        super().__init__(revision)
        self.revision = revision
        self.down_revision = down_revision
        self._scripts = scripts

    def upgrade(self) -> None:
        """Run the scripts in their order."""
        for script in self._scripts:
            run_script(f"{self.revision}/{script}.sql")


_SCRIPTS = (
    # the first release; what was before it was never given to anybody
    (
        "r0021",
        # who acts, what there is, who speaks
        *("roles", "tables_firm", "tables_central", "tables_night", "identity"),
        # what happens by itself at a change, whatever program writes
        *("change_log", "indexes", "lives", "keeping"),
        # who sees and changes what
        *("privacy", "rights", "grants"),
        # what is done to more than a person may see
        *("clients", "campaigns", "files", "loads", "workers", "night"),
    ),
    # annual fees of product D, and rates capped by an approved exception
    ("r0022", "tables", "security", "hand_over"),
    # questions to the advisory network: branch, head office, client; calls at the service line
    ("r0023", "questions", "calls"),
    # every column that names a row has its key; which tables are a client's is read from them
    ("r0024", "clients", "keys", "withdraw"),
    # rules that pick clients, asked of all of them at central
    ("r0025", "segments"),
)
REVISIONS = tuple(
    Revision(before, *row)
    for before, row in zip((None, *(row[0] for row in _SCRIPTS)), _SCRIPTS, strict=False)
)
