"""Large pages are asked for beside what the person asked for."""

import pytest

from app.frame.memory import with_large_pages


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ({}, "glibc.malloc.hugetlb=1"),
        (
            {"GLIBC_TUNABLES": "glibc.malloc.arena_max=2"},
            "glibc.malloc.arena_max=2:glibc.malloc.hugetlb=1",
        ),
    ],
)
def test_the_tunables_of_the_person_stay(asked: dict[str, str], given: str) -> None:
    assert with_large_pages(asked | {"HOME": "/h"}) == {"GLIBC_TUNABLES": given, "HOME": "/h"}
