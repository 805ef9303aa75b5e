"""What a hub keeps of copies: their makers' alone, a few, for a while, closed once nobody reads."""

import asyncio
import io

import pytest

from models.errors import ExpectedFailure
from services.central.privacy.export import ExportedFile
from services.central.session import Actor
from services.hub.kept_copies import KeptCopies
from tests.support.waiting import until

M001, M002 = Actor("B001", "M001", "manager"), Actor("B001", "M002", "manager")


def copy(name: str) -> ExportedFile:
    return ExportedFile(name, "MARK", 1, "hash", 6, io.BytesIO(b"abcdef"))


async def test_only_the_newest_of_a_person_stay() -> None:
    kept, copies = KeptCopies(), [copy(f"E{n}") for n in range(4)]
    theirs = copy("T1")
    kept.keep(M002, "A2", theirs)
    for one in copies:
        kept.keep(M001, "A1", one)
    assert [one.file.closed for one in (*copies, theirs)] == [True, False, False, False, False]
    with pytest.raises(ExpectedFailure, match="已不在这里"), kept.reading(M001, "A1", "E0"):
        raise AssertionError
    kept.forget(M002, "E1")  # somebody else's
    assert not copies[1].file.closed
    kept.close()
    assert all(one.file.closed for one in (*copies, theirs))


async def test_one_that_is_read_is_closed_after_its_last_reader() -> None:
    kept, made = KeptCopies(), copy("E1")
    kept.keep(M001, "A1", made)
    with kept.reading(M001, "A1", "E1") as first, kept.reading(M001, "A1", "E1") as second:
        kept.forget(M001, "E1")
        assert list(zip(first.parts(2), second.parts(2, 2), strict=False)) == [
            (b"ab", b"cd"),
            (b"cd", b"ef"),
        ]
        assert not made.file.closed
    assert made.file.closed


async def test_it_goes_after_a_while() -> None:
    kept, made = KeptCopies(keep_s=0.01), copy("E1")
    kept.keep(M001, "A1", made)
    await until(lambda: made.file.closed)
    await asyncio.sleep(0)
