"""Where the hub listens and what it shows: TLS, or plain on this machine only."""

import ipaddress
import ssl
from dataclasses import dataclass
from pathlib import Path

from models.errors import ExpectedFailure


@dataclass(frozen=True, slots=True)
class Listening:
    """``certificate`` and ``key`` are PEM files; without them the line is plain, on loopback."""

    port: int = 0
    host: str = "127.0.0.1"
    certificate: Path | None = None
    key: Path | None = None

    def context(self) -> ssl.SSLContext | None:
        """Return the TLS side of the door; None = plain.

        Raises ExpectedFailure HUB_PLAIN or HUB_CERTIFICATE_FILE.
        """
        if self.certificate is None:
            _require_loopback(self.host)
            return None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        try:
            context.load_cert_chain(self.certificate, self.key)
        except FileNotFoundError as fault:
            raise _unusable(self, "文件不存在") from fault
        except ssl.SSLError as fault:
            raise _unusable(self, f"证书与密钥不匹配或格式不对({fault.reason})") from fault
        except OSError as fault:
            raise _unusable(self, str(fault.strerror)) from fault
        return context


def _require_loopback(host: str) -> None:
    if is_loopback(host):
        return
    raise ExpectedFailure(
        f"明文接入不能开放到 {host}",
        "请在设置的 [hub] 配置 certificate 与 key,或只监听 127.0.0.1",
        "HUB_PLAIN",
    )


def is_loopback(host: str) -> bool:
    """Whether an address names this machine only."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _unusable(listening: Listening, why: str) -> ExpectedFailure:
    return ExpectedFailure(
        f"总部接入服务的证书不能使用:{listening.certificate}",
        f"{why}。请检查设置 [hub] 的 certificate 与 key",
        "HUB_CERTIFICATE_FILE",
    )
