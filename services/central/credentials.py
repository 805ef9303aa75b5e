"""Passphrases of staff: stored as scrypt hashes, compared in constant time."""

import hashlib
import hmac

_LOG2_N, _R, _P = 14, 8, 1
_SALT_BYTES = 16
_MEMORY = 64 * 1024 * 1024


def hash_passphrase(passphrase: str, salt: bytes) -> str:
    """Return the stored form; ``salt`` is 16 random bytes. Takes some 50 ms by intention."""
    if len(salt) != _SALT_BYTES:
        raise ValueError("salt must have 16 bytes")
    digest = _scrypt(passphrase, salt, _LOG2_N, _R, _P)
    return f"scrypt${_LOG2_N}${_R}${_P}${salt.hex()}${digest.hex()}"


def passphrase_matches(passphrase: str, stored: str) -> bool:
    """Tell whether ``passphrase`` is the stored one; "" stored never matches, at the same cost."""
    known = stored or hash_passphrase("", bytes(_SALT_BYTES))
    _, log2_n, r, p, salt, digest = known.split("$")
    found = _scrypt(passphrase, bytes.fromhex(salt), int(log2_n), int(r), int(p))
    return hmac.compare_digest(found, bytes.fromhex(digest)) and bool(stored)


def _scrypt(passphrase: str, salt: bytes, log2_n: int, r: int, p: int) -> bytes:
    return hashlib.scrypt(
        passphrase.encode(), salt=salt, n=1 << log2_n, r=r, p=p, maxmem=_MEMORY, dklen=32
    )
