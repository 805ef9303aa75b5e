"""Proves a recording: replayed through a fresh heart, every recorded hash comes out again."""

import time
from dataclasses import dataclass

from services.market.heart import MarketHeart
from services.market.recording.block import Item, ItemKind
from services.market.recording.feed import RecordedFeed
from services.market.recording.fingerprint import hash_fingerprint
from services.market.recording.recording import Recording

_WORD = (1 << 64) - 1


@dataclass(slots=True)
class ProofReport:
    """Hashes compared and equal, of single books and of all books together.

    ``other_version``: recorded by a program whose hashes mean something else, none is compared.
    """

    kernel: str = ""
    records: int = 0
    books_compared: int = 0
    books_equal: int = 0
    states_compared: int = 0
    states_equal: int = 0
    first_difference: str = ""
    seconds: float = 0.0
    state_hash: int = 0
    gaps: int = 0
    other_version: bool = False

    @property
    def is_proved(self) -> bool:
        """Whether there was something to compare, all of it equal, and no record missing."""
        compared = self.books_compared + self.states_compared
        return bool(compared) and not self.first_difference and not self.gaps


def prove_recording(recording: Recording) -> ProofReport:
    """Replay as fast as it goes and compare; raises ExpectedFailure RECORDING_UNREADABLE."""
    heart = MarketHeart(time.monotonic)
    report = ProofReport(heart.books.kernel_name)
    started = time.perf_counter()
    report.other_version = recording.scan.fingerprint != hash_fingerprint()
    feed = RecordedFeed(recording, heart, lambda mark: _compare(heart, mark, report))
    feed.play()
    report.seconds = time.perf_counter() - started
    facts = heart.health()
    report.records, report.gaps = facts.records, facts.gaps + recording.gaps
    report.state_hash = heart.books.state_hash() & _WORD
    return report


def _compare(heart: MarketHeart, mark: Item, report: ProofReport) -> None:
    if report.other_version:
        return
    if mark.kind is ItemKind.STATE_HASH:
        is_equal = heart.books.state_hash() & _WORD == mark.value
        report.states_compared += 1
        report.states_equal += is_equal
        name = "全部盘口"
    else:
        symbol = _symbol(heart, mark.number)
        is_equal = bool(symbol) and heart.books.book_hash(mark.number) & _WORD == mark.value
        report.books_compared += 1
        report.books_equal += is_equal
        name = symbol or f"没有的证券 {mark.number}"
    if not is_equal and not report.first_difference:
        report.first_difference = f"{name} 在记录 {heart.health().records} 处不同"


def _symbol(heart: MarketHeart, index: int) -> str:
    listed = heart.welcome.instruments if heart.welcome else ()
    return next((one.symbol for one in listed if one.index == index), "")
