"""What peers are fed is the same day; a peer nobody knows is told."""

from pathlib import Path

import pytest

from models.errors import ExpectedFailure
from services.market.bench.measure import open_books
from services.market.bench.peers import run
from services.market.bench.peers.run import PEERS, deltas_of, measure_peer
from services.market.bench.streams import CHANNEL, single_stream
from services.market.kernel.choice import new_books
from services.market.sources.day import open_day
from tests.support.shared_data import shared_data


def test_deltas_leave_what_the_book_holds() -> None:
    stream = single_stream(open_day(shared_data("sse_l2_ticks_20230711"), "601825"), 1 << 62)
    left: dict[int, int] = {}
    for action, _, _, quantity, order_id in deltas_of(stream).tolist():
        assert (order_id in left) == (action != 0)
        left[order_id] = quantity
        if not quantity:
            del left[order_id]
    books = open_books(new_books(), stream)
    books.apply(CHANNEL, stream.raw)
    assert sum(left.values()) == sum(books.facts(0).totals)


def test_each_peer_has_its_script() -> None:
    folder = Path(run.__file__).parent
    assert all((folder / peer.script).is_file() for peer in PEERS.values())


def test_an_unknown_peer_is_told(tmp_path: Path) -> None:
    with pytest.raises(ExpectedFailure) as failure:
        measure_peer("nobody", tmp_path, tmp_path)
    assert failure.value.code == "BENCH_PEER_UNKNOWN"
