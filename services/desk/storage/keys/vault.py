"""The store's key: random, wrapped by a key made of the sign-in passphrase, worthless without it.

The wrapped record lies in the system's keyring where there is one, else in a file beside the store
(``KeyPlace``); neither ever holds the key itself.
"""

import secrets
from dataclasses import dataclass
from typing import Protocol

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from models.errors import ExpectedFailure
from services.desk.storage.keys.attempts import Attempts
from services.desk.storage.keys.places import KeyPlace

KEY_BYTES = 32
_SALT_BYTES = 16
_NONCE_BYTES = 12
_LOST_ADVICE = "请从备份恢复,或移走本地数据后重新同步(未上传的操作会丢失)"


@dataclass(frozen=True, slots=True)
class ScryptCost:
    """Work of deriving the wrapping key: memory is 128 * n * r bytes."""

    n: int = 2**16
    r: int = 8
    p: int = 1


class _WrappedKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    kdf: str
    n: int
    r: int
    p: int
    salt: bytes
    nonce: bytes
    wrapped: bytes


class Vault(Protocol):
    """Gives the store's key to the person who may have it; blocking, call it off the loop."""

    def exists(self) -> bool:
        """Whether a key has been made."""
        ...

    def create(self, passphrase: str) -> bytes:
        """Make a new key; ExpectedFailure KEY_EXISTS where there is one."""
        ...

    def unlock(self, passphrase: str) -> bytes:
        """Return the key; ExpectedFailure WRONG_PASSPHRASE and others."""
        ...


class KeyVault:
    """Makes, opens and rewraps the key that lies at a place; wrong passphrases are counted."""

    def __init__(
        self, place: KeyPlace, attempts: Attempts | None = None, cost: ScryptCost | None = None
    ) -> None:
        self._place = place
        self._attempts = attempts
        self._cost = cost or ScryptCost()

    def exists(self) -> bool:
        """Whether a key has been made."""
        return self._place.read() is not None

    def create(self, passphrase: str) -> bytes:
        """Make a random key and its record; ExpectedFailure KEY_EXISTS where there is one."""
        if self.exists():
            raise ExpectedFailure("密钥文件已存在", "请用登录口令打开本地数据", "KEY_EXISTS")
        return self.renew(passphrase)

    def renew(self, passphrase: str) -> bytes:
        """Make a new key in place of a lost one: only for a new store."""
        key = secrets.token_bytes(KEY_BYTES)
        self._place.write(wrap(key, passphrase, self._cost))
        return key

    def unlock(self, passphrase: str) -> bytes:
        """Return the key unwrapped.

        Raises ExpectedFailure WRONG_PASSPHRASE, TOO_MANY_ATTEMPTS (then nothing was tried),
        KEY_FILE_MISSING, KEY_FILE_DAMAGED, KEYRING_LOCKED.
        """
        record = self.record()
        if self._attempts is None:
            return unwrap(record, passphrase)
        with self._attempts.counted():
            return unwrap(record, passphrase)

    def change(self, old: str, new: str) -> None:
        """Wrap the same key by another passphrase; the store itself stays as it is."""
        if not new:
            raise ExpectedFailure("新口令是空的", "请至少输入一个字符", "PASSPHRASE_EMPTY")
        self._place.write(wrap(self.unlock(old), new, self._cost))

    def record(self) -> bytes:
        """Return the wrapped key as it is kept; ExpectedFailure KEY_FILE_MISSING."""
        record = self._place.read()
        if record is None:
            raise ExpectedFailure(
                f"找不到本地数据的密钥({self._place.name})", _LOST_ADVICE, "KEY_FILE_MISSING"
            )
        return record

    def adopt(self, record: bytes) -> None:
        """Keep another store's wrapped key instead: that store takes the place of this one."""
        self._place.write(record)


def wrap(key: bytes, passphrase: str, cost: ScryptCost) -> bytes:
    """Return the record that gives ``key`` to who knows the passphrase."""
    salt, nonce = secrets.token_bytes(_SALT_BYTES), secrets.token_bytes(_NONCE_BYTES)
    wrapped = AESGCM(_derive(passphrase, salt, cost)).encrypt(nonce, key, b"scrypt")
    record = _WrappedKey("scrypt", cost.n, cost.r, cost.p, salt, nonce, wrapped)
    return msgspec.json.encode(record)


def unwrap(record: bytes, passphrase: str) -> bytes:
    """Return the key in a record; ExpectedFailure WRONG_PASSPHRASE, KEY_FILE_DAMAGED."""
    try:
        wrapped = msgspec.json.decode(record, type=_WrappedKey)
        deriving = _derive(passphrase, wrapped.salt, ScryptCost(wrapped.n, wrapped.r, wrapped.p))
        return AESGCM(deriving).decrypt(wrapped.nonce, wrapped.wrapped, wrapped.kdf.encode())
    except InvalidTag as fault:
        raise ExpectedFailure(
            "口令不对,打不开本地数据",
            "请重新输入登录口令;若刚在别处改过口令,请用旧口令登录一次",
            "WRONG_PASSPHRASE",
        ) from fault
    except (msgspec.DecodeError, ValueError) as fault:
        raise ExpectedFailure(
            "本地数据的密钥记录已损坏", _LOST_ADVICE, "KEY_FILE_DAMAGED"
        ) from fault


def _derive(passphrase: str, salt: bytes, cost: ScryptCost) -> bytes:
    kdf = Scrypt(salt=salt, length=KEY_BYTES, n=cost.n, r=cost.r, p=cost.p)
    return kdf.derive(passphrase.encode())
