"""Commands about files that come in (features F29); what goes out is asked for as an approval."""

import hashlib

import msgspec

from models.files.kinds import ImportKind
from models.wire.service.training import RecordPractice


class StageImport(msgspec.Struct, frozen=True, tag="stage_import"):
    """Bring one part of a file's rows up; nothing is judged before the import is asked for."""

    import_id: str
    part: int
    packed: bytes  # services.files.packing


class RequestImport(msgspec.Struct, frozen=True, tag="request_import"):
    """Judge every row of the parts and ask a second person to let the good ones in.

    ``digest`` names the parts; ``day`` is that of a statement ("" = clients).
    """

    import_id: str
    kind: ImportKind
    name: str
    file_hash: str
    day: str
    parts: int
    digest: str


class UndoImport(msgspec.Struct, frozen=True, tag="undo_import"):
    """Ask to take a whole import back: every row as it was before."""

    import_id: str
    reason: str


class UndoLoad(msgspec.Struct, frozen=True, tag="undo_load"):
    """Ask to take back a file that was loaded for the whole firm."""

    load_id: str
    reason: str


FileCommand = StageImport | RequestImport | UndoImport | UndoLoad


def without_content(command: msgspec.Struct) -> msgspec.Struct | dict[str, object]:
    """Return a command as the audit trail tells it: a part by its hash, without personal data."""
    if isinstance(command, RecordPractice):
        run_id, sha256 = command.run_id, command.result_hash
        return {"type": "record_practice", "run_id": run_id, "sha256": sha256}
    if not isinstance(command, StageImport):
        return command
    return {
        "type": "stage_import",
        "import_id": command.import_id,
        "part": command.part,
        "sha256": hashlib.sha256(command.packed).hexdigest(),
    }
