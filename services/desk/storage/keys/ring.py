"""The operating system's keyring as a place for the wrapped key; never one that writes plainly."""

from collections.abc import Iterator

import keyring
from keyring.backend import KeyringBackend
from keyring.errors import KeyringError

from models.errors import ExpectedFailure
from services.desk.storage.file.place import StorePlace
from services.desk.storage.keys.places import KeyFile, KeyPlace

_SERVICE = "client-manager-workstation"
# What encrypts for the signed-in user of the system; others (files, plain text) are not trusted.
_TRUSTED = (
    "keyring.backends.SecretService",
    "keyring.backends.libsecret",
    "keyring.backends.kwallet",
    "keyring.backends.macOS",
    "keyring.backends.Windows",
)


def choose_place(place: StorePlace, ring: KeyringBackend | None) -> KeyPlace:
    """Return where this store's key is kept: its file where there is one, else the keyring."""
    file = KeyFile(place.key_file)
    if ring is None or file.read() is not None:
        return file
    return RingEntry(ring, f"{place.folder}:{place.staff_id}")


def system_ring() -> KeyringBackend | None:
    """Return the system's own keyring; None where there is none that can be trusted."""
    return trusted_ring(keyring.get_keyring())


def trusted_ring(found: KeyringBackend) -> KeyringBackend | None:
    """Return the first trusted keyring in ``found``."""
    return next((one for one in _each(found) if type(one).__module__.startswith(_TRUSTED)), None)


def _each(found: KeyringBackend) -> Iterator[KeyringBackend]:
    """A chain of keyrings answers for all of them: look at each alone."""
    yield from getattr(found, "backends", (found,))


class RingEntry:
    """One entry of a keyring."""

    def __init__(self, ring: KeyringBackend, entry: str) -> None:
        self._ring = ring
        self._entry = entry

    @property
    def name(self) -> str:
        """What the system calls it."""
        return f"系统密钥环 {self._ring.name}"

    def read(self) -> bytes | None:
        """Return the entry; ExpectedFailure KEYRING_LOCKED when the system does not give it."""
        try:
            text = self._ring.get_password(_SERVICE, self._entry)
        except KeyringError as fault:
            raise self._locked(fault) from fault
        return None if text is None else text.encode()

    def write(self, record: bytes) -> None:
        """Set the entry; ExpectedFailure KEYRING_LOCKED when the system does not take it."""
        try:
            self._ring.set_password(_SERVICE, self._entry, record.decode())
        except KeyringError as fault:
            raise self._locked(fault) from fault

    def _locked(self, fault: KeyringError) -> ExpectedFailure:
        return ExpectedFailure(
            f"{self.name} 打不开:{fault}", "请先在系统里解锁密钥环,再打开工作站", "KEYRING_LOCKED"
        )
