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
        "r0025",
        # who acts, what there is, who speaks
        *("roles", "tables_firm", "tables_central", "tables_night", "identity"),
        # what holds and happens by itself, whatever program writes
        *("change_log", "indexes", "keys", "lives", "keeping"),
        # who sees and changes what
        *("privacy", "rights", "grants"),
        # what is done to more than a person may see
        *("clients", "teams", "campaigns", "files", "loads", "workers", "night"),
    ),
    ("r0026", "handover", "questions", "fees", "exceptions", "calls", "guards"),
    ("r0027", "assets", "people"),
)
REVISIONS = tuple(
    Revision(before, *row)
    for before, row in zip((None, *(row[0] for row in _SCRIPTS)), _SCRIPTS, strict=False)
)
