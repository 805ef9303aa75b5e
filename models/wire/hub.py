"""Between desk and hub, one websocket: sign-in, commands up, changes down, wake-ups.

A stream is a manager's id, or ``*`` for what the whole firm may see. Its changes are numbered
without holes, in commit order.
"""

import msgspec

from models.wire.service.teams.screen import Screen

WIRE_VERSION = 4


class SignIn(msgspec.Struct, frozen=True, tag="sign_in"):
    """First message of a desk."""

    staff_id: str
    passphrase: str
    desk: str
    version: int = WIRE_VERSION


class Push(msgspec.Struct, frozen=True, tag="push"):
    """Commands in the desk's order, each a packed Envelope: the hub reads no more than its head.

    ``follows``: the push before it whose answer was still to come, 0 = none. Where that one failed
    this one does too, so that no command overtakes another.
    """

    request: int
    commands: tuple[msgspec.Raw, ...]
    follows: int = 0


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


class ScreenPop(msgspec.Struct, frozen=True, tag="screen_pop"):
    """Show what an agent sees of the call in his hand."""

    request: int
    call_id: str


class Export(msgspec.Struct, frozen=True, tag="export"):
    """Make one copy of an approved export; ``name`` says its form.

    It comes in parts of at most ``part_bytes``. After a line that broke, ``export_id`` and
    ``after`` ask for the rest of a copy made already; a hub without it denies EXPORT_GONE.
    """

    request: int
    approval_id: str
    name: str
    part_bytes: int
    export_id: str = ""
    after: int = 0


class TakeExport(msgspec.Struct, frozen=True, tag="take_export"):
    """All parts of a copy are here and have this hash."""

    request: int
    export_id: str
    file_hash: str


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
    practice: str = ""  # the run of a practice firm; "" = a real firm


class Denied(msgspec.Struct, frozen=True, tag="denied"):
    """A request refused; ``request`` 0 = the sign-in."""

    request: int
    code: str
    text: str


class Pushed(msgspec.Struct, frozen=True, tag="pushed"):
    """These commands are safe in the inbox, new ones and ones seen before.

    ``refused`` are those that this person may not push.
    """

    request: int
    command_ids: tuple[str, ...]
    refused: tuple[str, ...] = ()


class TableChanges(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The rows of one table as they became, oldest first, as PostgreSQL logged them.

    ``rows`` is a JSON array of rows, null = deleted; ``gone`` one of the keys of those deleted, in
    their order, b"" where there are none. Nobody on the way unpacks them.
    """

    table: str
    count: int
    rows: bytes
    gone: bytes = b""


class Changes(msgspec.Struct, frozen=True, tag="changes"):
    """The changes of a stream with the numbers ``after`` + 1 to ``until``, all of them, by table.

    ``last`` is the stream's newest number at central: while ``until`` is before it, pull again;
    ``pruned`` = ask for a Resync. ``request`` 0 = it was not asked for: a wake-up brings it.
    """

    request: int
    stream: str
    after: int
    until: int
    last: int
    tables: tuple[TableChanges, ...] = ()
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


class ScreenPopped(msgspec.Struct, frozen=True, tag="screen_popped"):
    """Answer to ScreenPop."""

    request: int
    screen: Screen


class ExportPart(msgspec.Struct, frozen=True, tag="export_part"):
    """Part of a copy, from byte ``done`` of ``size``; ``mark`` stands in the file, ``file_hash`` is
    the SHA-256 of the whole."""

    request: int
    export_id: str
    mark: str
    rows: int
    file_hash: str
    size: int
    done: int
    raw: bytes


class ExportTaken(msgspec.Struct, frozen=True, tag="export_taken"):
    """Answer to TakeExport: the audit trail says so."""

    request: int


class WakeUp(msgspec.Struct, frozen=True, tag="wake_up"):
    """Something may have changed in a stream: pull. Every stream is woken after the sign-in.

    Where the hub knows how far the desk is, ``news`` are the changes themselves.
    """

    stream: str
    news: Changes | None = None


HubRequest = SignIn | Push | Pull | Resync | Unmask | ScreenPop | Export | TakeExport
HubMessage = (
    SignedIn
    | Denied
    | Pushed
    | Changes
    | SnapshotPart
    | Unmasked
    | ScreenPopped
    | ExportPart
    | ExportTaken
    | WakeUp
)
