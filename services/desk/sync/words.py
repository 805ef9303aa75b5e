"""Words of the hub client for the status strip."""

from models.wire.hub import SignedIn, SnapshotPart


def connecting(last_reason: str) -> str:
    """While a line is being opened."""
    return f"正在重连总部(上次:{last_reason})" if last_reason else "正在连接总部"


def waiting(reason: str, pause_s: float) -> str:
    """Between two attempts."""
    return f"未连总部:{reason};{max(round(pause_s), 1)} 秒后重试"


def refused(reason: str) -> str:
    """After a sign-in that no retry can mend."""
    return f"总部拒绝登录:{reason}"


def fetching(part: SnapshotPart) -> str:
    """While a stream is fetched anew."""
    return f"正在取回资料 {part.done_rows:,}/{part.all_rows:,}"


def in_step(person: SignedIn, held: int) -> str:
    """When everything known to central is here."""
    held_words = f",{held} 条操作总部未收" if held else ""
    return f"已同步({person.central} {person.central_version}){held_words}"
