"""Where one person's store lies, and how a damaged one is moved out of the way."""

import os
from dataclasses import dataclass
from pathlib import Path

_SIDE_FILES = ("", "-wal", "-shm")


@dataclass(frozen=True, slots=True)
class StorePlace:
    """Files of one person's store in the desk's store folder."""

    folder: Path
    staff_id: str

    @property
    def file(self) -> Path:
        """The encrypted database."""
        return self.folder / f"{self.staff_id}.db"

    @property
    def key_file(self) -> Path:
        """Its key, wrapped by the sign-in passphrase."""
        return self.folder / f"{self.staff_id}.key"

    @property
    def attempts_file(self) -> Path:
        """How often a wrong passphrase was given since the last right one."""
        return self.folder / f"{self.staff_id}.attempts"


def store_exists(place: StorePlace) -> bool:
    """Whether this person has a store on this machine."""
    return place.file.exists()


def make_private(file: Path) -> None:
    """Make the file where there is none, readable by its owner only."""
    os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))


def set_aside(place: StorePlace, stamp: str, *, record: bytes | None, why: str = "damaged") -> Path:
    """Move the store aside and write its wrapped key beside it; return the new file.

    Nothing is deleted. Only on the person's word: commands that wait in it go with it. ``stamp``
    marks the name, ``record`` is the wrapped key where it can be read.
    """
    target = place.file.with_name(f"{place.staff_id}.{why}-{stamp}.db")
    if record is not None:  # first, while nothing has been moved: there may be no room for it
        copy = target.with_suffix(".key")
        make_private(copy)
        copy.write_bytes(record)
    _move(place.file, target)
    return target


def put_back(place: StorePlace, aside: Path) -> None:
    """Undo ``set_aside``: whatever lies in the store's place gives way to it."""
    for suffix in _SIDE_FILES:
        place.file.with_name(place.file.name + suffix).unlink(missing_ok=True)
    _move(aside, place.file)
    aside.with_suffix(".key").unlink(missing_ok=True)


def _move(store: Path, target: Path) -> None:
    for suffix in _SIDE_FILES:
        source = store.with_name(store.name + suffix)
        if source.exists():
            source.replace(target.with_name(target.name + suffix))
