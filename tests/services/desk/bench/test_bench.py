"""The benches measure what they say, on a small store; how quick it is they only print."""

from pathlib import Path

from services.central.demo.names import draw_name
from services.desk.bench.search import measure_search
from services.desk.bench.store import ROUNDS, measure_store


def test_search_bench_finds_whom_it_asks_for_and_nobody_else(tmp_path: Path) -> None:
    figures = measure_search(tmp_path, 1_000, draw_name)
    assert figures.clients == 1_000
    missing = {name for name in figures.kinds if name.startswith("miss")}
    assert len(missing) == 3
    for name, kind in figures.kinds.items():
        assert (kind.found == 0) == (name in missing), name
        assert kind.ratio > 0


def test_store_bench_writes_the_same_rows_on_all_sides(tmp_path: Path) -> None:
    figures = measure_store(tmp_path, 10_000, draw_name)
    assert (figures.rounds, figures.clients) == (ROUNDS, 1_000)
    assert figures.rows == 8_000
    assert figures.write_layer_over_bare.cpu > 0
    assert figures.read_encrypted_over_plain.cpu > 0
