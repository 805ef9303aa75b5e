"""An import: judged when it is asked for, done when a second person agreed, undone as a whole.

A load of the firm's files is done at once and undone in the same way.
"""

from enum import StrEnum


class ImportState(StrEnum):
    """State of an import."""

    KNOWN = "known"  # nothing in the file is new
    PENDING = "pending"  # waits for a second person
    APPLIED = "applied"
    REFUSED = "refused"  # not agreed to, withdrawn or too late
    UNDONE = "undone"


_S = ImportState

IMPORT_STEPS: dict[ImportState, frozenset[ImportState]] = {
    _S.KNOWN: frozenset(),
    _S.PENDING: frozenset({_S.APPLIED, _S.REFUSED}),
    _S.APPLIED: frozenset({_S.UNDONE}),
    _S.REFUSED: frozenset(),
    _S.UNDONE: frozenset(),
}


class LoadState(StrEnum):
    """State of a loaded file."""

    LOADED = "loaded"
    UNDONE = "undone"


LOAD_STEPS: dict[LoadState, frozenset[LoadState]] = {
    LoadState.LOADED: frozenset({LoadState.UNDONE}),
    LoadState.UNDONE: frozenset(),
}
