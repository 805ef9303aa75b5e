"""One module a revision; listed here, because a bundle has no folder to search."""

from types import ModuleType

from services.central.migrations.versions import (
    r0001_initial,
    r0002_service,
    r0003_nights,
    r0004_sync,
    r0006_lives,
    r0009_identity,
)

# In the order in which they build on each other, which need not be that of their numbers.
REVISIONS: tuple[ModuleType, ...] = (
    r0001_initial,
    r0002_service,
    r0003_nights,
    r0004_sync,
    r0009_identity,
    r0006_lives,
)
