"""Paintings held against sendings: ages, waits and gaps."""

from app.commands.feed_bench.figures import Watched, latency_figures
from app.commands.feed_bench.told import Paints, PhaseDone, Sendings

MS = 1_000_000
PHASE = PhaseDone(records=4_000, started_ns=0, ended_ns=1_000 * MS, late_ns=0)


def watched(painted_ms: list[int], shown: list[int]) -> Watched:
    """Writes of two records each, every 10 ms from 10 ms on."""
    sendings = Sendings(
        records=4_000,
        state_hash="",
        hellos=1,
        resends=0,
        last_sequence=[2, 4, 6],
        sent_ns=[10 * MS, 20 * MS, 30 * MS],
    )
    return Watched(Paints([at * MS for at in painted_ms], shown), sendings)


def test_age_is_counted_from_the_newest_record_in_a_new_picture() -> None:
    found = watched([13, 24, 26, 37], [2, 3, 3, 6])
    assert (found.ages(PHASE) // MS).tolist() == [3, 4, 7]


def test_every_write_waits_for_the_first_picture_that_shows_it() -> None:
    found = watched([13, 37], [2, 6])
    assert (found.waits(PHASE) // MS).tolist() == [3, 17, 7]
    assert (found.gaps(PHASE) // MS).tolist() == [24]


def test_the_rate_counts_until_the_last_record_is_on_the_screen() -> None:
    assert watched([13, 40], [2, 6]).sustained(PHASE) == 100_000
    assert watched([13], [2]).sustained(PHASE) == 0


def test_nothing_painted_gives_no_figures_but_no_fault() -> None:
    figures = latency_figures(watched([], []), {"quiet": PHASE, "burst": PHASE})
    assert figures["burst_painted_age_p99_ms"] is None
    assert figures["frame_gap_p99_burst_to_quiet"] is None
