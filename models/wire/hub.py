"""Between desk and hub, one websocket: sign-in, commands up, changes down, wake-ups.

A stream is a manager's id, or ``*`` for what the whole firm may see. Its changes are numbered
without holes, in commit order.
"""

import msgspec

WIRE_VERSION = 2


class SignIn(msgspec.Struct, frozen=True, tag="sign_in"):
    """First message of a desk."""

    staff_id: str
    passphrase: str
    desk: str
    version: int = WIRE_VERSION


class Push(msgspec.Struct, frozen=True, tag="push"):
    """Commands in the desk's order, each a packed Envelope: the hub reads no more than its head."""

    request: int
    commands: tuple[msgspec.Raw, ...]


class Pull(msgspec.Struct, frozen=True, tag="pull"):
    """Changes of ``stream`` after ``after``, at most ``limit`` rows."""

    request: int
    stream: str
    after: int
    limit: int


class Resync(msgspec.Struct, frozen=True, tag="resync"):
    """All rows of a stream from scratch, in parts; each part is answered by SnapshotPart."""

    request: int
    stream: str


class Unmask(msgspec.Struct, frozen=True, tag="unmask"):
    """Show one personal field of a client in clear; the reason goes into the audit trail first."""

    request: int
    branch_id: str
    client_id: str
    field: str  # name, mobile, id_no, birthday
    reason: str


class Export(msgspec.Struct, frozen=True, tag="export"):
    """Make one copy of an approved export; ``name`` says its form."""

    request: int
    approval_id: str
    name: str


class SignedIn(msgspec.Struct, frozen=True, tag="signed_in"):
    """The desk's rights: who, what role, which streams."""

    branch_id: str
    staff_id: str
    name: str
    role: str
    streams: tuple[str, ...]
    central: str  # "postgresql"
    central_version: str  # "18.4"
    central_id: str = ""  # which database; another one than last time = Resync every stream


class Denied(msgspec.Struct, frozen=True, tag="denied"):
    """A request refused; ``request`` 0 = the sign-in."""

    request: int
    code: str
    text: str


class Pushed(msgspec.Struct, frozen=True, tag="pushed"):
    """These commands are safe in the inbox (new ones and ones seen before)."""

    request: int
    command_ids: tuple[str, ...]


class ChangedRow(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One row as it became, as the JSON text that PostgreSQL logged; the hub does not unpack it.

    ``row`` "" = deleted: then ``key`` is the JSON text of its primary key, else "".
    """

    number: int
    table: str
    row: str
    key: str = ""


class Changes(msgspec.Struct, frozen=True, tag="changes"):
    """Answer to Pull: dense numbers from ``after`` + 1; ``pruned`` = ask for a Resync.

    ``last`` is the stream's newest number at central: while the rows end before it, pull again.
    """

    request: int
    stream: str
    after: int
    rows: tuple[ChangedRow, ...]
    last: int
    pruned: bool = False


class SnapshotPart(msgspec.Struct, frozen=True, tag="snapshot_part"):
    """Part of a Resync; ``cursor`` is the stream's number the snapshot stands for."""

    request: int
    stream: str
    table: str
    rows: tuple[dict[str, str | int | bool | None], ...]
    done_rows: int
    all_rows: int
    cursor: int
    finished: bool


class Unmasked(msgspec.Struct, frozen=True, tag="unmasked"):
    """Answer to Unmask."""

    request: int
    value: str


class ExportedCopy(msgspec.Struct, frozen=True, tag="exported"):
    """Answer to Export: the file; ``mark`` stands in it, ``file_hash`` is its SHA-256."""

    request: int
    mark: str
    rows: int
    file_hash: str
    raw: bytes


class WakeUp(msgspec.Struct, frozen=True, tag="wake_up"):
    """Something may have changed in a stream: pull. Every stream is woken after the sign-in."""

    stream: str


HubRequest = SignIn | Push | Pull | Resync | Unmask | Export
HubMessage = SignedIn | Denied | Pushed | Changes | SnapshotPart | Unmasked | ExportedCopy | WakeUp
