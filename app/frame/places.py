"""Where the workstation keeps things on this machine."""

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from models.errors import ExpectedFailure

HOME_VARIABLE = "WORKSTATION_HOME"
PRACTICE_MARK = "practice.json"


@dataclass(frozen=True, slots=True)
class Places:
    """All folders and files below one home folder; made when asked for, private to the user.

    A folder that cannot be made: ExpectedFailure HOME_UNUSABLE.
    """

    home: Path

    @property
    def settings(self) -> Path:
        """Settings file (may be absent)."""
        return self.home / "settings.toml"

    @property
    def is_practice(self) -> bool:
        """Whether everything here is made up: a practice desk's home."""
        return (self.home / PRACTICE_MARK).exists()

    @property
    def run(self) -> Path:
        """One ready file a running process."""
        return self._folder("run")

    @property
    def logs(self) -> Path:
        """One log a process, and crash reports."""
        return self._folder("logs")

    @property
    def central(self) -> Path:
        """Embedded PostgreSQL."""
        return self._folder("central")

    @property
    def engine(self) -> Path:
        """The engine's journals."""
        return self._folder("engine")

    @property
    def recordings(self) -> Path:
        """Recorded days of the feed."""
        return self._folder("recordings")

    @property
    def replay(self) -> Path:
        """The engine's journals of replayed days, away from the days that were lived."""
        return self._folder("replay")

    @property
    def tls(self) -> Path:
        """The hub's own certificate authority, certificate and keys."""
        return self._folder("tls")

    @property
    def store(self) -> Path:
        """The desk's encrypted store and its wrapped key."""
        return self._folder("store")

    def _folder(self, name: str) -> Path:
        folder = self.home / name
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as fault:
            raise ExpectedFailure(
                f"数据目录不能使用:{self.home}",
                f"{fault.strerror}。请检查权限,或用 --home 另选数据目录",
                "HOME_UNUSABLE",
            ) from fault
        return folder


def find_places(home: Path | None = None) -> Places:
    """Return the places below ``home``, else $WORKSTATION_HOME, else the user's data folder."""
    if home is not None:
        return Places(home.resolve())
    named = os.environ.get(HOME_VARIABLE)
    if named:
        return Places(Path(named).resolve())
    return Places(Path(platformdirs.user_data_dir("client-manager-workstation", appauthor=False)))
