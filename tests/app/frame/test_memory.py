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
@pytest.mark.parametrize(
    ("package", "told"),
    [("'app'", ["begun", "begun", "glibc.malloc.hugetlb=1"]), ("None", ["begun", "None"])],
)
def test_a_command_of_ours_begins_anew_once_and_nobody_elses_process(
    package: str, told: list[str]
) -> None:
    code = (
        f"__package__ = {package}; import os;"
        "from app.frame.memory import restart_with_large_pages as restart;"
        "print('begun', flush=True); restart(); print(os.environ.get('GLIBC_TUNABLES'))"
    )
    plain = {name: value for name, value in os.environ.items() if name != "GLIBC_TUNABLES"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=plain, capture_output=True, check=True, text=True
    )
    assert done.stdout.split() == told
