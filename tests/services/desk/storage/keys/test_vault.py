"""The key and its guard: passphrase, waits after wrong ones, keyring or file."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null
from keyring.backends.chainer import ChainerBackend
from keyring.errors import KeyringLocked

from models.errors import ExpectedFailure
from services.desk.storage.file.place import StorePlace
from services.desk.storage.keys.attempts import FREE, Attempts
from services.desk.storage.keys.places import KeyFile
from services.desk.storage.keys.ring import choose_place, trusted_ring
from services.desk.storage.keys.vault import KeyVault
from services.desk.storage.store import open_store
from tests.support.desk_data import CHEAP, PASSPHRASE, FakeClock


class FakeRing(KeyringBackend):
    """A keyring of the system, in memory."""

    priority = 5

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.is_open = True

    def get_password(self, service: str, username: str) -> str | None:
        """What is kept."""
        if not self.is_open:
            raise KeyringLocked("locked")
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep it."""
        if not self.is_open:
            raise KeyringLocked("locked")
        self.kept[(service, username)] = password


def counted_vault(folder: Path, clock: FakeClock) -> KeyVault:
    """A vault in a file whose wrong passphrases are counted."""
    attempts = Attempts(folder / "M001.attempts", clock)
    return KeyVault(KeyFile(folder / "M001.key"), attempts, CHEAP)


def code_of(vault: KeyVault, passphrase: str) -> str:
    """How an attempt ends; "" = it opens."""
    try:
        vault.unlock(passphrase)
    except ExpectedFailure as failure:
        return failure.code
    return ""


def test_who_guesses_must_wait_longer_and_longer(tmp_path: Path) -> None:
    clock = FakeClock()
    vault = counted_vault(tmp_path, clock)
    vault.create(PASSPHRASE)
    assert [code_of(vault, "guess") for _ in range(FREE)] == ["WRONG_PASSPHRASE"] * FREE
    for wait_s in (10, 20, 40):
        clock.moment += timedelta(seconds=wait_s - 1)
        assert code_of(vault, PASSPHRASE) == "TOO_MANY_ATTEMPTS"
        clock.moment += timedelta(seconds=1)
        assert code_of(vault, "guess") == "WRONG_PASSPHRASE"
    clock.moment += timedelta(minutes=15)
    assert code_of(vault, PASSPHRASE) == ""
    assert code_of(vault, "guess") == "WRONG_PASSPHRASE"


def test_the_wait_goes_on_after_a_restart_and_names_its_seconds(tmp_path: Path) -> None:
    clock = FakeClock()
    counted_vault(tmp_path, clock).create(PASSPHRASE)
    for _ in range(FREE):
        code_of(counted_vault(tmp_path, clock), "guess")
    with pytest.raises(ExpectedFailure) as told:
        counted_vault(tmp_path, clock).unlock(PASSPHRASE)
    assert told.value.code == "TOO_MANY_ATTEMPTS"
    assert "10 秒" in told.value.advice


def test_a_clock_set_back_prolongs_no_wait(tmp_path: Path) -> None:
    clock = FakeClock()
    vault = counted_vault(tmp_path, clock)
    vault.create(PASSPHRASE)
    for _ in range(FREE):
        code_of(vault, "guess")
    clock.moment -= timedelta(days=400)
    with pytest.raises(ExpectedFailure) as told:
        vault.unlock(PASSPHRASE)
    assert "10 秒" in told.value.advice


def test_a_damaged_count_starts_anew(tmp_path: Path) -> None:
    vault = counted_vault(tmp_path, FakeClock())
    vault.create(PASSPHRASE)
    (tmp_path / "M001.attempts").write_text("{]")
    assert code_of(vault, PASSPHRASE) == ""


def test_changed_passphrase_opens_the_same_key_and_the_old_one_no_more(tmp_path: Path) -> None:
    vault = counted_vault(tmp_path, FakeClock())
    key = vault.create(PASSPHRASE)
    vault.change(PASSPHRASE, "new one")
    assert vault.unlock("new one") == key
    assert code_of(vault, PASSPHRASE) == "WRONG_PASSPHRASE"
    with pytest.raises(ExpectedFailure) as refused:
        vault.change("new one", "")
    assert refused.value.code == "PASSPHRASE_EMPTY"
    assert vault.unlock("new one") == key


async def test_keyring_holds_the_wrapped_key_and_no_file_is_made(tmp_path: Path) -> None:
    ring, place = FakeRing(), StorePlace(tmp_path, "M001")
    vault = KeyVault(choose_place(place, ring), cost=CHEAP)
    store = await open_store(place, vault, PASSPHRASE)
    await store.close()
    assert not place.key_file.exists()
    (text,) = ring.kept.values()
    assert vault.unlock(PASSPHRASE).hex() not in text
    again = KeyVault(choose_place(place, ring), cost=CHEAP)
    assert code_of(again, "guess") == "WRONG_PASSPHRASE"
    await (await open_store(place, again, PASSPHRASE)).close()


def test_a_locked_keyring_is_told(tmp_path: Path) -> None:
    ring = FakeRing()
    vault = KeyVault(choose_place(StorePlace(tmp_path, "M001"), ring), cost=CHEAP)
    vault.create(PASSPHRASE)
    ring.is_open = False
    assert code_of(vault, PASSPHRASE) == "KEYRING_LOCKED"
    with pytest.raises(ExpectedFailure) as told:
        vault.renew(PASSPHRASE)
    assert told.value.code == "KEYRING_LOCKED"


def test_a_key_file_that_is_there_goes_before_the_keyring(tmp_path: Path) -> None:
    place = StorePlace(tmp_path, "M001")
    key = KeyVault(KeyFile(place.key_file), cost=CHEAP).create(PASSPHRASE)
    ring = FakeRing()
    assert KeyVault(choose_place(place, ring), cost=CHEAP).unlock(PASSPHRASE) == key
    assert ring.kept == {}


@pytest.mark.parametrize("kind", [fail.Keyring, null.Keyring, ChainerBackend, FakeRing])
def test_only_the_systems_own_keyrings_are_trusted(kind: Callable[[], KeyringBackend]) -> None:
    assert trusted_ring(kind()) is None


async def test_a_key_without_room_is_told_and_can_be_made_later(tmp_path: Path) -> None:
    """A fault of the file system, as a full disk is, ends no program."""
    place = StorePlace(tmp_path, "M001")
    in_the_way = tmp_path / f"{place.key_file.name}.new"
    in_the_way.mkdir()
    vault = KeyVault(KeyFile(place.key_file), cost=CHEAP)
    with pytest.raises(ExpectedFailure) as refused:
        await open_store(place, vault, PASSPHRASE)
    assert refused.value.code == "STORE_READONLY"
    in_the_way.rmdir()
    store = await open_store(place, vault, PASSPHRASE)
    await store.close()
