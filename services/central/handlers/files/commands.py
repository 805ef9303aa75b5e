"""Commands about files that come in."""

from typing import assert_never

from models.wire.service.files import (
    FileCommand,
    RequestImport,
    StageImport,
    UndoImport,
    UndoLoad,
)
from services.central.handlers.files.loads import request_load_undo
from services.central.handlers.files.request import request_import
from services.central.handlers.files.stage import stage_import
from services.central.handlers.files.undo import request_undo
from services.central.handlers.work import Work


async def apply_file_command(work: Work, command: FileCommand) -> None:
    """Find the handler of a command of this kind."""
    match command:
        case StageImport():
            await stage_import(work, command)
        case RequestImport():
            await request_import(work, command)
        case UndoImport():
            await request_undo(work, command)
        case UndoLoad():
            await request_load_undo(work, command)
        case _:
            assert_never(command)
