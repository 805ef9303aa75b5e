"""The publisher's process: does a phase for each line it reads, tells each when it is done."""

import gc
import sys
import time
from pathlib import Path

import msgspec

from app.commands.feed_bench.told import WATCHED_CHANNEL, Listening, PhaseDone, Sendings
from services.market.bench.burst.flow import Flush, MarketFlow, Order
from services.market.bench.burst.publisher import Publisher
from services.market.kernel.choice import new_books

_SIGN_IN_S = 60.0
_NS_PER_MS = 1_000_000


def publish(folder: Path, order: Order) -> int:
    """Serve one engine; the phases come as words on standard input. Returns the exit status."""
    flow = MarketFlow(folder, order)
    history = list(flow.history())
    phases = {"quiet": flow.quiet(), "burst": flow.burst()}
    gc.collect()
    gc.freeze()  # nothing of the flow is garbage: no pause while it is sent
    publisher = Publisher(flow.welcome(), WATCHED_CHANNEL)
    try:
        _say(Listening(publisher.port))
        if not publisher.signed_in.wait(_SIGN_IN_S):
            return 1
        _say(_send_history(publisher, history))
        _follow(publisher, phases, round(order.flush_ms * _NS_PER_MS))
        _say(_sendings(publisher, flow))
    finally:
        publisher.close()
    return 0


def _send_history(publisher: Publisher, history: list[Flush]) -> PhaseDone:
    started = time.monotonic_ns()
    for flush in history:
        publisher.send(flush)
    return PhaseDone(publisher.records, started, time.monotonic_ns(), 0)


def _follow(publisher: Publisher, phases: dict[str, list[Flush]], every_ns: int) -> None:
    """Until ``check``: a phase a word, heartbeats between them."""
    for word in publisher.words_while_beating(sys.stdin):
        if word == "check":
            return
        before = publisher.records
        started, ended, late = publisher.send_paced(phases[word], every_ns)
        _say(PhaseDone(publisher.records - before, started, ended, late))


def _sendings(publisher: Publisher, flow: MarketFlow) -> Sendings:
    books = flow.apply(new_books())
    return Sendings(
        records=publisher.records,
        state_hash=f"{books.state_hash():016x}",
        hellos=publisher.hellos,
        resends=publisher.resends,
        last_sequence=[last for last, _ in publisher.sendings],
        sent_ns=[sent for _, sent in publisher.sendings],
    )


def _say(message: msgspec.Struct) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(message) + b"\n")
    sys.stdout.buffer.flush()
