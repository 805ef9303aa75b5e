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
    # tables, change log, audit chain, indexes and row-level security of the first release
    ("r0001", "tables", "indexes", "change_log", "audit", "security"),
    # client service: approvals, life cycles, points ledger, dated rates, masked personal data
    ("r0002", "tables", "indexes", "lives", "points", "security", "privacy"),
    # nightly runs: figures, ratings and reviews, settlement, alerts for all clients
    ("r0003", "tables", "words", "change_log", "indexes", "security"),
    # pruning of the change log and of answered commands
    ("r0004", "pruning"),
    # logins of persons: raw SQL as somebody sees what he may see
    ("r0005", "identity"),
    # rights by duty: persons read, workers write; queues of approvals
    ("r0006", "roles", "functions", "approvals"),
    # files in and out: imports with undo, marked exports, the role that imports act as
    ("r0007", "tables", "security", "exports"),
    # pruning beside commands in hand
    ("r0008", "pruning"),
    # the next command, however long the backlog
    ("r0009", "inbox"),
    # figures of assessment that are restated
    ("r0010", "increment"),
    # the firm's settings and the staff's certificates go down to the desks
    ("r0011", "grounds"),
    # loads that can be taken back; what goes with time; copies that arrived
    ("r0012", "loads", "pruning", "exports"),
    # courses, question bank, exams, and certificates that are earned or revoked
    ("r0013", "training"),
    # saved segments and marks on the agenda
    ("r0014", "segments"),
    # stage-1 assessment at months' ends, and who looked after a client when
    ("r0015", "assessment", "imports"),
    # campaigns and report meetings
    ("r0016", "tables", "seats", "security"),
    # clients handed over from one manager to another, and referrals between their clients
    ("r0017", "tables", "hand_over", "referrals"),
    # a practice firm that lets nothing out, and what a real firm keeps of practice
    ("r0018", "practice"),
    # what a login may put beside the functions of central; news of securities by file
    ("r0019", "own_logins", "news"),
    # the life of a mandate for program trading
    ("r0020", "mandates"),
    # rows of an import written as quickly as they are judged
    ("r0021", "import_rows"),
    # every column that names a row has its key; which tables are a client's is read from them
    ("r0024", "clients", "keys", "withdraw"),
    # rules that pick clients, asked of all of them at central
    ("r0025", "segments"),
)
REVISIONS = tuple(
    Revision(before, *row)
    for before, row in zip((None, *(row[0] for row in _SCRIPTS)), _SCRIPTS, strict=False)
)
