"""What can go wrong on the way to the hub, in words; foreign exceptions become ours here."""

import contextlib
import socket
import ssl
from collections.abc import Iterator

from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI

from models.errors import ExpectedFailure
from services.desk.sync.trust import wrong_certificate

_ADVICE = "可继续工作,操作会在恢复后自动上传"


@contextlib.contextmanager
def line_faults() -> Iterator[None]:
    """Turn the faults of the line into ExpectedFailure HUB_…, with the reason as its title."""
    try:
        yield
    except TimeoutError as fault:
        raise _failure("总部没有及时应答", "HUB_TIMEOUT") from fault
    except ConnectionClosed as fault:
        raise _failure(_closed(fault), "HUB_LOST") from fault
    except InvalidURI as fault:
        raise ExpectedFailure(
            "总部地址写法不对", "请在设置的 [hub] url 写成 wss://主机:端口", "HUB_ADDRESS"
        ) from fault
    except InvalidHandshake as fault:
        raise _failure("对方不是总部接入服务", "HUB_HANDSHAKE") from fault
    except ssl.SSLCertVerificationError as fault:
        raise wrong_certificate(_why_wrong(fault)) from fault
    except ssl.SSLError as fault:
        raise _failure("与总部的加密连接建立失败", "HUB_TLS") from fault
    except socket.gaierror as fault:
        raise _failure("找不到总部的主机名", "HUB_NAME") from fault
    except ConnectionRefusedError as fault:
        raise _failure("总部接入服务未启动", "HUB_REFUSED") from fault
    except OSError as fault:
        raise _failure("网络不通", "HUB_NETWORK") from fault


_REASONS = {
    9: "尚未生效(请核对两端时钟)",
    10: "已过期",
    18: "由它自己签发,不在可信之列",
    19: "颁发者不在可信之列",
    20: "颁发者不在可信之列",
    21: "颁发者不在可信之列",
    62: "不是发给这个主机名的",
    64: "不是发给这个地址的",
}


def _why_wrong(fault: ssl.SSLCertVerificationError) -> str:
    return _REASONS.get(fault.verify_code, fault.verify_message)


def _closed(fault: ConnectionClosed) -> str:
    received = fault.rcvd
    if received is not None and received.reason:
        return f"总部断开了连接:{received.reason}"
    return "与总部的连接中断"


def _failure(title: str, code: str) -> ExpectedFailure:
    return ExpectedFailure(title, _ADVICE, code)
