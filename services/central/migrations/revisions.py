"""The central schema: which scripts of ``resources/schema`` make it, and in which order.

What is kept (tables, keys, indexes, first rows) moves by numbered revisions: ``tables/r0025`` is
the first release, those behind it what changed after it. What acts (functions, triggers, views,
policies, grants) stands once, as it is today, in ``code``: an upgrade takes all of it away
(``clear.sql``), moves the tables, and makes it anew, in one transaction. No table depends on a
function of ours.

A new revision is a row at the end of ``_TABLES``; one that a database may have run is never
changed. Code is changed where it stands; a release that changes nothing else has an empty revision
all the same, so that the program before it knows that a newer one has been here.
"""

from types import ModuleType

from services.central.migrations.script import run_step

# what there is, then indexes and keys (which look for indexes that serve them), then first rows
_TABLES = (
    # the first release; what was before it was never given to anybody
    (
        "r0025",
        *("clients", "staff", "orders", "products", "commands", "access", "files", "service"),
        *("nights", "indexes", "keys", "seeds"),
    ),
    ("r0026", "clients", "products", "service", "commands"),
    ("r0027", "assets", "people"),
)
# What desks are told of a revision's new form, when the change log stands again.
_TOLD = {"r0026": "tables/r0026/told.sql"}

_CODE = (
    # who acts and speaks, and what a second person has said; all the others ask these
    ("who", "roles", "identity", "approvals", "logins"),
    # what holds and happens by itself, whatever program writes
    ("kept", "change_log", "audit", "ledgers", "lives", "clients", "seats", "practice"),
    # what is shown of personal data
    ("shown", "masks", "unmasking", "birthdays", "calls"),
    # what is done to more than a person may see
    ("work", "nights", "commands", "pruning", "clients", "handover", "questions", "campaigns"),
    ("work", "imports", "exports", "loads"),
    # who reads and changes what: tables and columns first, then rows
    ("rights", "grants", "rows", "commands", "approvals", "files", "service", "training"),
    ("rights", "asked_first"),  # it reads what the others say
)
CODE = tuple(f"code/{folder}/{name}.sql" for folder, *names in _CODE for name in names)
RENEWED = "code/renewed.sql"  # what functions have made, made anew


class Revision(ModuleType):
    """What Alembic takes for a revision's module; a bundle has no folder of modules to list."""

    def __init__(self, down_revision: str | None, revision: str, *scripts: str) -> None:
        super().__init__(revision)
        self.revision = revision
        self.down_revision = down_revision
        self.told = _TOLD.get(revision, "")
        self._scripts = scripts

    def upgrade(self) -> None:
        """Run the scripts in their order; nothing acts on the tables meanwhile."""
        for script in self._scripts:
            run_step(f"tables/{self.revision}/{script}.sql")


REVISIONS = tuple(
    Revision(before, *row)
    for before, row in zip((None, *(row[0] for row in _TABLES)), _TABLES, strict=False)
)
