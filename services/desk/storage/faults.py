"""The store's foreign exceptions become ours here and nowhere else."""

import contextlib
import errno
import sqlite3
from collections.abc import Iterator

from sqlalchemy.exc import DatabaseError
from sqlcipher3 import dbapi2

from models.errors import ExpectedFailure

_DAMAGED = frozenset({sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT})
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_PRIMARY = 0xFF  # the low byte of an extended result code is the primary one

_DAMAGED_ADVICE = (
    "经您同意后可将其移走并从总部重新同步全部资料;请知悉:尚未上传的操作(待同步)会留在移走的文件里"
)


@contextlib.contextmanager
def store_faults() -> Iterator[None]:
    """Turn the world's faults into ExpectedFailure: damaged, full, read-only, in use."""
    try:
        yield
    except DatabaseError as fault:
        raise _failure(fault.orig or fault) from fault
    except dbapi2.DatabaseError as fault:
        raise _failure(fault) from fault


@contextlib.contextmanager
def file_faults() -> Iterator[None]:
    """The same for plain files beside the store: its key, what is moved aside, what is restored."""
    try:
        yield
    except OSError as fault:
        if fault.errno in _FULL:
            raise _full() from fault
        raise ExpectedFailure(
            "本地数据无法写入", f"请检查数据文件夹的权限({fault.strerror})", "STORE_READONLY"
        ) from fault


def _full() -> ExpectedFailure:
    return ExpectedFailure("磁盘已满,无法保存", "请清理磁盘空间后重试", "STORE_FULL")


def _failure(fault: BaseException) -> BaseException:
    code = getattr(fault, "sqlite_errorcode", 0) & _PRIMARY
    if code in _DAMAGED:
        return ExpectedFailure(f"本地数据文件已损坏({fault})", _DAMAGED_ADVICE, "STORE_DAMAGED")
    if code == sqlite3.SQLITE_FULL:
        return _full()
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return ExpectedFailure("本地数据无法写入", "请检查数据文件夹的权限", "STORE_READONLY")
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return ExpectedFailure("本地数据正被占用", "请关闭另一个工作站窗口后重试", "STORE_BUSY")
    if code == sqlite3.SQLITE_IOERR:
        return ExpectedFailure("读写本地数据出错", "请检查磁盘", "STORE_IO")
    return fault
