"""Tests that open a whole desk run in a process of their own each, as a desk does.

A desk ends with its process; a Qt application that lives on under the tests after it would keep
objects of a desk that is gone.
"""

import os
import subprocess
import sys

import pytest

from tests.support.shared_data import REPOSITORY

INNER = "WORKSTATION_E2E_INNER"
OPEN_A_DESK = (
    "test_firm_setting",
    "test_killed",
    "test_open_and_close",
    "test_replayed_desk",
    "test_sign_in",
)
DEADLINE_S = 240


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Hand the test to a pytest of its own; inside that one, run it as usual."""
    module = pyfuncitem.module.__name__.rpartition(".")[2]
    if INNER in os.environ or module not in OPEN_A_DESK:
        return None
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", pyfuncitem.nodeid]
    done = subprocess.run(
        command,
        cwd=REPOSITORY,
        env=os.environ | {INNER: "1"},
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
    )
    assert done.returncode == 0, done.stdout[-8_000:] + done.stderr[-2_000:]
    return True
