"""One module a revision; listed here, because a bundle has no folder to search."""

from types import ModuleType

from services.central.migrations.versions import (
    r0009_inbox,
    r0010_increment,
    r0011_grounds,
    r0012_loads,
    r0013_training,
    r0014_segments,
    r0015_assessment,
    r0016_campaigns,
    r0017_hand_over,
    r0018_practice,
    r0019_own_logins,
)
from services.central.migrations.versions.early import (
    r0001_initial,
    r0002_service,
    r0003_nights,
    r0004_sync,
    r0005_identity,
    r0006_lives,
    r0007_files,
    r0008_pruning,
)

REVISIONS: tuple[ModuleType, ...] = (
    r0001_initial,
    r0002_service,
    r0003_nights,
    r0004_sync,
    r0005_identity,
    r0006_lives,
    r0007_files,
    r0008_pruning,
    r0009_inbox,
    r0010_increment,
    r0011_grounds,
    r0012_loads,
    r0013_training,
    r0014_segments,
    r0015_assessment,
    r0016_campaigns,
    r0017_hand_over,
    r0018_practice,
    r0019_own_logins,
)
