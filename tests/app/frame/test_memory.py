"""Large pages are asked for beside what the person asked for."""

import os
import subprocess
import sys

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


@pytest.mark.skipif(sys.platform != "linux", reason="other C libraries know no such setting")
def test_a_command_begins_anew_with_large_pages_once() -> None:
    code = (
        "import os; from app.frame.memory import restart_with_large_pages as restart;"
        "print('begun', flush=True); restart(); print(os.environ['GLIBC_TUNABLES'])"
    )
    plain = {name: value for name, value in os.environ.items() if name != "GLIBC_TUNABLES"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=plain, capture_output=True, check=True, text=True
    )
    assert done.stdout.split() == ["begun", "begun", "glibc.malloc.hugetlb=1"]
