"""Tables of imports and exports: what came as a file and what left as one.

An import is synced, so that a desk sees how it went; its rows, which hold personal data,
stay at central.
"""

from sqlalchemy import Column, LargeBinary, Table
from sqlalchemy.dialects.postgresql import JSONB

from models.tables.central import CENTRAL
from models.tables.columns import FIRM, flag_column, text_column, version_column, whole_column

IMPORT_BATCH = Table(
    "import_batch",
    FIRM,
    text_column("branch_id", key=True),
    text_column("import_id", key=True),
    text_column("manager_id"),
    text_column("kind"),  # models.files.kinds.ImportKind
    text_column("name"),  # of the file
    text_column("file_hash"),  # SHA-256 of the file
    text_column("digest"),  # SHA-256 of the parts it travelled in
    text_column("author"),
    text_column("day"),  # that a statement speaks of
    text_column("made_at"),
    text_column("state"),  # models.lives.imports
    text_column("approval_id"),  # that may do the next step; "" = none is asked for
    text_column("finished_at"),
    whole_column("read"),
    whole_column("added"),
    whole_column("changed"),
    whole_column("known"),
    whole_column("duplicates"),
    whole_column("rejected"),
    text_column("faults"),  # JSON: the first rows that are not applied, with their reasons
    version_column(),
)

# Rows on their way up, until the import is asked for.
IMPORT_PART = Table(
    "import_part",
    CENTRAL,
    text_column("branch_id", key=True),
    text_column("import_id", key=True),
    whole_column("part", key=True),
    text_column("manager_id"),
    text_column("author"),
    text_column("staged_at"),
    Column("packed", LargeBinary, nullable=False),  # services.files.packing
)

# Every row of a file, what becomes of it, and what was there before: written once, emptied when the
# import cannot be taken back any more.
IMPORT_ROW = Table(
    "import_row",
    CENTRAL,
    text_column("branch_id", key=True),
    text_column("import_id", key=True),
    whole_column("row", key=True),  # as the file's reader counts it: the first row is 1
    text_column("manager_id"),
    text_column("outcome"),  # models.files.judged.Outcome
    text_column("reason"),
    text_column("field"),
    text_column("about"),  # the row or client that it repeats
    text_column("owner"),  # manager of the client
    text_column("client_id"),
    text_column("account"),
    text_column("symbol"),
    Column("before", JSONB, nullable=False),  # only the columns that change
    Column("after", JSONB, nullable=False),
)

# Which role may import which kind of file.
IMPORT_RULE = Table(
    "import_rule",
    CENTRAL,
    text_column("branch_id", key=True),  # "*"
    text_column("kind", key=True),
    text_column("role", key=True),
)

# What a person may take out, by an approval, until a day.
EXPORT_GRANT = Table(
    "export_grant",
    CENTRAL,
    text_column("branch_id", key=True),
    text_column("approval_id", key=True),
    text_column("manager_id"),
    text_column("person"),
    text_column("content"),  # models.files.kinds.ExportContent
    flag_column("clear"),
    Column("clients", JSONB, nullable=False),  # [] = all whom the person may see
    Column("tiers", JSONB, nullable=False),  # [] = all
    whole_column("most_clients"),  # as many as were approved
    text_column("until"),
)

# Every file that was made of a grant.
EXPORT_COPY = Table(
    "export_copy",
    CENTRAL,
    text_column("branch_id", key=True),
    text_column("export_id", key=True),
    text_column("manager_id"),
    text_column("approval_id"),
    text_column("person"),
    text_column("mark"),  # stands in the file, on every row
    text_column("name"),
    text_column("begun_at"),
    text_column("transaction"),
    whole_column("expires_ms"),
    whole_column("rows"),
    text_column("columns"),
    text_column("file_hash"),
    text_column("taken_at"),  # all of it had arrived; "" = not finished
    Column("fingerprint", LargeBinary, nullable=True),  # 8 bytes a row, without the mark
)

FILES: tuple[Table, ...] = (IMPORT_BATCH,)
