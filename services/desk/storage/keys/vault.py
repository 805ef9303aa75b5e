"""Where the store's key comes from: random, wrapped by a key made of the sign-in passphrase."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from models.errors import ExpectedFailure

KEY_BYTES = 32
_SALT_BYTES = 16
_NONCE_BYTES = 12


class KeyVault(Protocol):
    """Gives the store's key to the person who may have it; blocking, call it off the loop."""

    def exists(self) -> bool:
        """Whether a key has been made."""
        ...

    def create(self, passphrase: str) -> bytes:
        """Make a new key; ExpectedFailure KEY_EXISTS where there is one."""
        ...

    def unlock(self, passphrase: str) -> bytes:
        """Return the key; ExpectedFailure WRONG_PASSPHRASE or KEY_FILE_DAMAGED."""
        ...

    def change(self, old: str, new: str) -> None:
        """Wrap the same key by another passphrase."""
        ...


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


class FileKeyVault:
    """A key file (mode 0600) beside the store; worthless without the passphrase."""

    def __init__(self, file: Path, cost: ScryptCost | None = None) -> None:
        self._file = file
        self._cost = cost or ScryptCost()

    def exists(self) -> bool:
        """Whether the key file is there."""
        return self._file.exists()

    def create(self, passphrase: str) -> bytes:
        """Make a random key and its file."""
        if self.exists():
            raise ExpectedFailure("密钥文件已存在", "请用登录口令打开本地数据", "KEY_EXISTS")
        key = secrets.token_bytes(KEY_BYTES)
        self._write(key, passphrase)
        return key

    def unlock(self, passphrase: str) -> bytes:
        """Return the key unwrapped; ExpectedFailure says why not."""
        wrapped = self._read()
        cost = ScryptCost(wrapped.n, wrapped.r, wrapped.p)
        try:
            return AESGCM(_derive(passphrase, wrapped.salt, cost)).decrypt(
                wrapped.nonce, wrapped.wrapped, wrapped.kdf.encode()
            )
        except InvalidTag as fault:
            raise ExpectedFailure(
                "口令不对,打不开本地数据",
                "请重新输入登录口令;若刚在别处改过口令,请用旧口令登录一次",
                "WRONG_PASSPHRASE",
            ) from fault

    def change(self, old: str, new: str) -> None:
        """Write the file anew for another passphrase; the store itself stays as it is."""
        self._write(self.unlock(old), new)

    def _read(self) -> _WrappedKey:
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=_WrappedKey)
        except (msgspec.DecodeError, msgspec.ValidationError) as fault:
            raise ExpectedFailure(
                "本地数据的密钥文件已损坏",
                f"请从备份恢复 {self._file.name},或移走本地数据后重新同步(未上传的操作会丢失)",
                "KEY_FILE_DAMAGED",
            ) from fault
        except FileNotFoundError as fault:
            raise ExpectedFailure(
                "找不到本地数据的密钥文件",
                f"请从备份恢复 {self._file.name},或移走本地数据后重新同步(未上传的操作会丢失)",
                "KEY_FILE_MISSING",
            ) from fault

    def _write(self, key: bytes, passphrase: str) -> None:
        salt, nonce = secrets.token_bytes(_SALT_BYTES), secrets.token_bytes(_NONCE_BYTES)
        cost = self._cost
        cipher = AESGCM(_derive(passphrase, salt, cost))
        wrapped = cipher.encrypt(nonce, key, b"scrypt")
        record = _WrappedKey("scrypt", cost.n, cost.r, cost.p, salt, nonce, wrapped)
        _write_private(self._file, msgspec.json.encode(record))


def _derive(passphrase: str, salt: bytes, cost: ScryptCost) -> bytes:
    kdf = Scrypt(salt=salt, length=KEY_BYTES, n=cost.n, r=cost.r, p=cost.p)
    return kdf.derive(passphrase.encode())


def _write_private(file: Path, content: bytes) -> None:
    fresh = file.with_name(file.name + ".new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(file)
