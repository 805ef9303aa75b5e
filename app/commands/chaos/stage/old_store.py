"""The store of a desk that is down: put back to a backup, or to what an older program left."""

from contextlib import closing
from pathlib import Path

from models.errors import ExpectedFailure
from services.central.demo.cast import PASSPHRASE
from services.desk.storage.faults import store_faults
from services.desk.storage.file.backup import open_alone
from services.desk.storage.file.cipher import CipherFile
from services.desk.storage.file.place import StorePlace, store_exists
from services.desk.storage.file.restore import restore
from services.desk.storage.keys.places import KeyFile
from services.desk.storage.keys.vault import KeyVault, ScryptCost

_CHEAP = ScryptCost(n=2**4)
_IS_NEW = "SELECT 1 FROM pragma_table_info('contact') WHERE name = 'by_staff'"
_OLDER = (
    "ALTER TABLE contact DROP COLUMN by_staff",
    "UPDATE setting SET value = 'of an older program' WHERE name = 'firm_form'",
    "UPDATE setting SET value = '1' WHERE name = 'schema_version'",
)


def vault_of(place: StorePlace) -> KeyVault:
    """The desk's key, wrapped cheaply: this is about stores, not about guessing passphrases."""
    return KeyVault(KeyFile(place.key_file), cost=_CHEAP)


def bring_back(place: StorePlace, backup: Path, stamp: str) -> bool:
    """Restore a backup; False when it could not be, and the store is the one there was."""
    try:
        restore(backup, place, vault_of(place), PASSPHRASE, stamp=stamp, say=lambda _: None)
    except ExpectedFailure:
        return False
    return True


def make_older(place: StorePlace) -> bool:
    """Give the store an older form; False when it could not be written just now."""
    if not store_exists(place):
        return False
    try:
        key = vault_of(place).unlock(PASSPHRASE)
        with store_faults(), closing(open_alone(CipherFile(place.file, key))) as connection:
            connection.execute("BEGIN IMMEDIATE")
            if not connection.execute(_IS_NEW).fetchone():  # it was not opened since the last time
                return True
            for statement in _OLDER:
                connection.execute(statement)
            connection.execute("COMMIT")
    except ExpectedFailure:
        return False
    return True
