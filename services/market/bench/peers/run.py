"""Runs a peer on the same stream as ours and compares the final books."""

import json
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from models.errors import ExpectedFailure
from models.wire.feed import KIND_ADD, KIND_TRADE, SIDE_BUY
from services.market.bench.measure import batch_rate, best_of, open_books
from services.market.bench.streams import CHANNEL, Stream, single_stream
from services.market.feed.frames import unpack_records
from services.market.kernel.choice import new_bare_books, new_books
from services.market.sources.day import RecordedDay, open_day

_TIMEOUT_S = 900
_REPEATS = 10
_OTHER_READINGS = {"ten_levels_own_call": "ten_levels", "book_only_from_bytes": "book_only"}
_ADD, _UPDATE, _DELETE = range(3)


@dataclass(frozen=True, slots=True)
class Peer:
    """Package to install, and the script that runs in its environment."""

    package: str
    script: str
    takes_deltas: bool


PEERS = {
    "dq-orderbook": Peer("dq-orderbook", "script_dq_orderbook.py", takes_deltas=False),
    "nautilus_trader": Peer("nautilus_trader", "script_nautilus_trader.py", takes_deltas=True),
}


def measure_peer(name: str, folder: Path, home: Path) -> dict[str, object]:
    """Return our rates and the peer's on the busiest security of a day; books compared at the end.

    The peer lives in an environment below ``home``, made at its first use.
    Raises ExpectedFailure BENCH_PEER_UNKNOWN, BENCH_PEER_ABSENT or BENCH_PEER_FAILED.
    """
    peer = PEERS.get(name)
    if peer is None:
        raise ExpectedFailure(
            f"没有这个对照:{name}", f"可选:{'、'.join(PEERS)}", "BENCH_PEER_UNKNOWN"
        )
    python = _environment(peer, home)
    stream = single_stream(_with_records(open_day(folder)), 1 << 62)
    before = _own_rates(stream)
    facts = _run(python, peer, deltas_of(stream) if peer.takes_deltas else stream.records)
    after = _own_rates(stream)
    own = {what: max(rate, after[what]) for what, rate in before.items()}
    return _figures(name, facts, own, _final_levels(stream)) | {"events": stream.events}


def _own_rates(stream: Stream) -> dict[str, int]:
    """Return our records a second, by what the peer is asked for."""
    makes = {"ten_levels": new_books, "book_only": new_bare_books}
    return {
        what: best_of(partial(batch_rate, make, stream), _REPEATS).per_second
        for what, make in makes.items()
    }


def _with_records(day: RecordedDay) -> RecordedDay:
    if not day.channels:
        raise ExpectedFailure("没有逐笔数据,无法测速", "请换一个目录", "BENCH_NO_DATA")
    return day


def _figures(
    name: str, facts: dict[str, object], own: dict[str, int], levels: list[list[list[int]]]
) -> dict[str, object]:
    figures: dict[str, object] = {"peer": name}
    events = facts["events"]
    assert isinstance(events, int)
    for what, ours in own.items():
        seconds = facts[what]
        assert isinstance(seconds, int | float)
        if seconds:
            rate = events / seconds
            figures[f"ours_{what}_per_second"] = ours
            figures[f"peer_{what}_per_second"] = round(rate)
            figures[f"ours_to_peer_{what}"] = round(ours / rate, 1)
    for reading, what in _OTHER_READINGS.items():
        whole = facts.get(reading)
        if isinstance(whole, float):
            figures[f"peer_{reading}_per_second"] = round(events / whole)
            figures[f"ours_to_peer_{reading}"] = round(own[what] * whole / events, 1)
    return figures | {"same_final_ten_levels": facts["sides"] == levels}


def _environment(peer: Peer, home: Path) -> Path:
    """Return the Python of the peer's environment, made with uv where it is not there yet."""
    folder = home / peer.package
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if python.exists():
        return python
    uv = shutil.which("uv") or str(Path(sys.prefix).parent / ".tools" / "bin" / "uv")
    steps = (
        [uv, "venv", "-q", "--python", "3.11", str(folder)],
        [uv, "pip", "install", "-q", "--python", str(python), peer.package, "numpy"],
    )
    try:
        for step in steps:
            subprocess.run(step, check=True, capture_output=True, timeout=_TIMEOUT_S)
    except (OSError, subprocess.SubprocessError) as fault:
        shutil.rmtree(folder, ignore_errors=True)
        raise ExpectedFailure(
            f"装不上对照 {peer.package}", f"需要 uv 与网络:{fault}", "BENCH_PEER_ABSENT"
        ) from fault
    return python


def _run(python: Path, peer: Peer, rows: np.ndarray) -> dict[str, object]:
    script = Path(__file__).with_name(peer.script)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "stream.npy"
        np.save(file, rows)
        command = [str(python), str(script), str(file)]
        done = subprocess.run(command, capture_output=True, timeout=_TIMEOUT_S, check=False)
    if done.returncode:
        words = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise ExpectedFailure(f"对照 {peer.package} 失败", " ".join(words), "BENCH_PEER_FAILED")
    facts: dict[str, object] = json.loads(done.stdout)
    return facts


def _final_levels(stream: Stream) -> list[list[list[int]]]:
    books = open_books(new_books(), stream)
    books.apply(CHANNEL, stream.raw)
    return [[list(row) for row in side] for side in books.top(0)]


def deltas_of(stream: Stream) -> np.ndarray:
    """Return what happens to resting orders: action, side, price, shares left, order id."""
    resting: dict[int, list[int]] = {}
    deltas: list[tuple[int, int, int, int, int]] = []
    for record in unpack_records(stream.raw):
        if record.kind == KIND_ADD:
            side = 0 if record.side == SIDE_BUY else 1
            resting[record.order_id] = [side, record.price, record.quantity]
            deltas.append((_ADD, side, record.price, record.quantity, record.order_id))
            continue
        both = (record.order_id, record.other_id)
        for order_id in both if record.kind == KIND_TRADE else both[:1]:
            if order_id in resting:
                deltas.append(_reduced(resting, order_id, record.quantity))
    return np.array(deltas, np.int64)


def _reduced(
    resting: dict[int, list[int]], order_id: int, quantity: int
) -> tuple[int, int, int, int, int]:
    order = resting[order_id]
    order[2] -= quantity
    side, price, left = order
    if not left:
        del resting[order_id]
    return (_UPDATE if left else _DELETE), side, price, left, order_id
