"""A small sync bench through real processes: every way is measured; times are not judged."""

import json
import os
import subprocess
import sys

from tests.support.shared_data import REPOSITORY

DEADLINE_S = 180


def test_every_way_is_measured_and_rows_are_whole_tens() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "app", "bench", "sync", "--rows", "1004", "--json"],
        cwd=REPOSITORY,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4_000:]
    found = json.loads(done.stdout)
    assert found.pop("rows") == 1_000
    assert all(figure > 0 for figure in found.values())
