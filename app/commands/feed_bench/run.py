"""Starts publisher, engine and desk, leads them through the phases, and gathers the figures."""

import asyncio
import os
import secrets
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import msgspec
import psutil

from app.commands.feed_bench.figures import Watched, latency_figures
from app.commands.feed_bench.told import Listening, Paints, PhaseDone, Sendings
from app.frame.memory import with_large_pages
from app.frame.places import Places
from app.frame.session import join_session
from app.frame.settings import Settings
from app.frame.supervisor import ProcessPlan, Supervisor, program
from models.errors import ExpectedFailure
from services.market.bench.burst.flow import CHANNELS, Order
from services.market.verify.closing import BooksAtEnd, read_books_at_end

PHASES = ("quiet", "burst")
T = TypeVar("T", bound=msgspec.Struct)

_SETTLE_S = 1.0
_END_S = 30.0
_MB = 1 << 20


def measure_feed(folder: Path, order: Order) -> dict[str, object]:
    """Return the figures of one burst. Raises ExpectedFailure BENCH_CHILD_ENDED and others."""
    with tempfile.TemporaryDirectory(prefix="workstation-bench-") as home:
        return _Bench(Places(Path(home)), folder, order).run()


@dataclass(slots=True)
class _Bench:
    places: Places
    folder: Path
    order: Order
    token: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    phases: dict[str, PhaseDone] = field(default_factory=dict)
    figures: dict[str, object] = field(default_factory=dict)

    def run(self) -> dict[str, object]:
        clock = join_session(self.places, Settings().exchange, ()).clock_text
        supervisor = Supervisor(self.places, lambda _event: None)
        with self._publisher() as publisher:
            port = _heard(publisher, Listening, self.places).port
            engine = asyncio.run(supervisor.ensure(self._engine_plan(port, clock)))
            try:
                history = _heard(publisher, PhaseDone, self.places)
                with self._desk(engine.port, clock) as desk:
                    self._lead(publisher, {"engine": engine.pid, "desk": desk.pid})
                    paints = self._paints(desk)
            finally:
                asyncio.run(supervisor.stop(("engine",)))
            _say(publisher, "check")
            sendings = _heard(publisher, Sendings, self.places)
        self._judge(history, sendings, paints)
        return self.figures

    def _lead(self, publisher: "subprocess.Popen[bytes]", pids: dict[str, int]) -> None:
        meters = {name: Meter(pid) for name, pid in (pids | {"publisher": publisher.pid}).items()}
        time.sleep(_SETTLE_S)
        for phase in PHASES:
            for meter in meters.values():
                meter.start()
            _say(publisher, phase)
            self.phases[phase] = _heard(publisher, PhaseDone, self.places)
            for name, meter in meters.items():
                self.figures[f"{name}_cpu_{phase}_percent"] = meter.percent()
        time.sleep(_SETTLE_S)
        for name, meter in meters.items():
            self.figures[f"{name}_rss_mb"] = meter.rss_mb()

    def _judge(self, history: PhaseDone, sendings: Sendings, paints: Paints) -> None:
        end = read_books_at_end(self.places.engine)
        watched, burst = Watched(paints, sendings), self.phases["burst"]
        cost = _number(self.figures["engine_cpu_burst_percent"])
        cost -= _number(self.figures["engine_cpu_quiet_percent"])
        self.figures = {
            "instruments": self.order.instruments,
            "channels": CHANNELS + 1,
            "flush_ms": self.order.flush_ms,
            "offered_per_second": _rate(burst),
            "sustained_per_second": watched.sustained(burst),
            "history_per_second": _rate(history),
            **_correctness(end, sendings),
            **latency_figures(watched, self.phases),
            "veiled_paints": paints.veiled,
            "engine_cost_of_burst_percent": round(cost, 1),
            **self.figures,
            "publisher_most_late_ms": round(burst.late_ns / 1e6, 2),
            "load_average": round(os.getloadavg()[0], 2),
        }

    @contextmanager
    def _publisher(self) -> "Iterator[subprocess.Popen[bytes]]":
        words = [
            "bench",
            "feed-publisher",
            "--data",
            str(self.folder),
            "--order",
            _packed(self.order),
        ]
        with _child(self.places, words) as child:
            yield child

    @contextmanager
    def _desk(self, engine_port: int, clock: str) -> "Iterator[subprocess.Popen[bytes]]":
        url = f"ws://127.0.0.1:{engine_port}"
        words = ["bench", "feed-desk", "--engine-url", url, "--clock", clock]
        words += ["--out", str(self._paints_file)]
        with _child(self.places, words) as child:
            _say(child, self.token)
            if _line(child) != b"ready":
                raise _ended(child, self.places)
            yield child

    def _engine_plan(self, port: int, clock: str) -> ProcessPlan:
        words = ("engine", "--clock", clock, "--exchange-url", f"ws://127.0.0.1:{port}")
        return ProcessPlan("engine", words, self.token, environment=with_large_pages())

    @property
    def _paints_file(self) -> Path:
        return self.places.home / "paints.json"

    def _paints(self, desk: "subprocess.Popen[bytes]") -> Paints:
        desk.send_signal(signal.SIGTERM)
        desk.wait(_END_S)
        return msgspec.json.decode(self._paints_file.read_bytes(), type=Paints)


class Meter:
    """Share of a core that a process takes, and its memory."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self._cpu_s = self._since = 0.0

    def start(self) -> None:
        """Count from here."""
        self._cpu_s, self._since = self._used_s(), time.monotonic()

    def percent(self) -> float:
        """Share of one core since ``start``."""
        used = self._used_s() - self._cpu_s
        return round(100 * used / (time.monotonic() - self._since), 1)

    def rss_mb(self) -> int:
        """Memory held now."""
        held: int = self._process.memory_info().rss
        return held // _MB

    def _used_s(self) -> float:
        times = self._process.cpu_times()
        used: float = times.user + times.system
        return used


def _correctness(end: BooksAtEnd | None, sendings: Sendings) -> dict[str, object]:
    if end is None:
        raise ExpectedFailure("引擎没有留下收盘盘口", "见日志", "BENCH_NO_BOOKS")
    return {
        "records": sendings.records,
        "lost": sendings.records - end.records,
        "books_equal": end.state_hash == sendings.state_hash,
        "state_hash": end.state_hash,
        "faulty_books": end.faulty_books,
        "refused_frames": end.refused_frames,
        "reconnects": sendings.hellos - 1,
        "resends": sendings.resends,
    }


def _rate(phase: PhaseDone) -> int:
    return round(phase.records * 1e9 / max(1, phase.ended_ns - phase.started_ns))


def _number(figure: object) -> float:
    assert isinstance(figure, float)
    return figure


def _packed(order: Order) -> str:
    return msgspec.json.encode(order).decode()


@contextmanager
def _child(places: Places, words: list[str]) -> "Iterator[subprocess.Popen[bytes]]":
    with (places.logs / f"{words[1]}.out").open("wb") as errors:
        child = subprocess.Popen(
            [*program(), "--home", str(places.home), *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        )
    with child:
        try:
            yield child
        finally:
            child.kill()


def _say(child: "subprocess.Popen[bytes]", word: str) -> None:
    assert child.stdin is not None
    child.stdin.write(word.encode() + b"\n")
    child.stdin.flush()


def _line(child: "subprocess.Popen[bytes]") -> bytes:
    assert child.stdout is not None
    return child.stdout.readline().strip()


def _heard(child: "subprocess.Popen[bytes]", kind: type[T], places: Places) -> T:
    line = _line(child)
    if not line:
        raise _ended(child, places)
    return msgspec.json.decode(line, type=kind)


def _ended(child: "subprocess.Popen[bytes]", places: Places) -> ExpectedFailure:
    status = child.wait(_END_S)
    words = [line for file in sorted(places.logs.glob("feed-*.out")) for line in _last_of(file)]
    return ExpectedFailure(
        f"测速的子进程提前结束,状态 {status}", ";".join(words), "BENCH_CHILD_ENDED"
    )


def _last_of(file: Path) -> list[str]:
    return file.read_text("utf-8", "replace").strip().splitlines()[-1:]
