"""A small burst through real processes: nothing lost, the same books; times are not judged."""

import json
import os
import subprocess
import sys

from tests.support.shared_data import REPOSITORY, shared_data

DEADLINE_S = 120


def test_no_record_is_lost_and_the_books_are_those_of_a_direct_run() -> None:
    day = shared_data("sse_l2_ticks_20230711")
    words = ["--seconds", "3", "--rate", "50000", "--instruments", "200", "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "app", "bench", "feed", "--data", str(day), *words],
        cwd=REPOSITORY,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4_000:]
    found = json.loads(done.stdout)
    assert (found["lost"], found["books_equal"], found["resends"]) == (0, True, 0)
    assert (found["refused_frames"], found["faulty_books"]) == (0, 0)
    assert found["records"] > 50_000 * 3
    assert found["instruments"] == 200
    for name in ("burst_painted_age", "quiet_frame_gap", "burst_frame_gap"):
        assert all(found[f"{name}_{word}_ms"] >= 0 for word in ("p50", "p90", "p99", "max"))
    for process in ("engine", "desk", "publisher"):
        assert found[f"{process}_rss_mb"] > 0
        assert found[f"{process}_cpu_burst_percent"] >= 0
