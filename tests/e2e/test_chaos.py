"""A short seed of the fault test, run as a person runs it."""

import json
import subprocess
import sys

from tests.support.shared_data import REPOSITORY

_DEADLINE_S = 300


def test_a_short_seed_passes_and_says_what_was_broken() -> None:
    words = [sys.executable, "-m", "app", "chaos", "sync", "--seeds", "1", "--commands", "40"]
    told = subprocess.run(
        [*words, "--first-seed", "7", "--json"],
        cwd=REPOSITORY, capture_output=True, text=True, timeout=_DEADLINE_S, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stdout + told.stderr
    [verdict] = json.loads(told.stdout)
    assert verdict["difference"] == ""
    assert verdict["commands"] > 20 and sum(verdict["faults"].values()) > 0
