"""Whom the desk believes to be the hub: an authority, one pinned certificate, or this machine."""

import hashlib
import hmac
import ipaddress
import ssl
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from models.errors import ExpectedFailure

_ADVICE = "口令没有发出。请核对设置的 [hub] url、ca 与 fingerprint,或请管理员更换证书"


@dataclass(frozen=True, slots=True)
class Trust:
    """``ca``: PEM file of the authority, None = the system's. ``fingerprint``: SHA-256 of the only
    certificate that will do, "" = any the authority vouches for. ``plain``: ws:// to this machine.
    """

    ca: Path | None = None
    fingerprint: str = ""
    plain: bool = False

    def context(self, url: str) -> ssl.SSLContext | None:
        """Return how to check the hub at ``url``; None = a plain line, which is allowed.

        Raises ExpectedFailure HUB_PLAIN or HUB_CA.
        """
        parts = urlsplit(url)
        if parts.scheme == "ws":
            self._require_plain(parts.hostname or "")
            return None
        try:
            context = ssl.create_default_context(cafile=self.ca)
        except (OSError, ssl.SSLError) as fault:
            raise ExpectedFailure(
                f"读不到可信的证书颁发者文件:{self.ca}", f"{fault}。请检查设置 [hub] ca", "HUB_CA"
            ) from fault
        if self.fingerprint:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE  # the pinned certificate itself is compared
        return context

    def check(self, shown: bytes | None) -> None:
        """Compare the certificate (DER) that the hub has shown with the pinned one.

        Raises ExpectedFailure HUB_CERTIFICATE.
        """
        if not self.fingerprint or shown is None:
            return
        found = hashlib.sha256(shown).hexdigest()
        if not hmac.compare_digest(found, _plain_hex(self.fingerprint)):
            raise wrong_certificate(f"指纹是 {found},与设置不同")

    def _require_plain(self, host: str) -> None:
        if self.plain and _is_loopback(host):
            return
        raise ExpectedFailure(
            "不会用明文连接总部",
            "请把 [hub] url 写成 wss://;明文只能用于本机,并须设置 plain = true",
            "HUB_PLAIN",
        )


def wrong_certificate(why: str) -> ExpectedFailure:
    """The hub is not whom we trust, or cannot prove it."""
    return ExpectedFailure(f"总部的证书不可信:{why}", _ADVICE, "HUB_CERTIFICATE")


def _plain_hex(fingerprint: str) -> str:
    return fingerprint.replace(":", "").replace(" ", "").lower()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
