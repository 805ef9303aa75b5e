"""What a recording holds, in numbers a person can judge it by."""

from dataclasses import dataclass
from decimal import Decimal

from services.market.recording.recording import Recording

_TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class RecordingReport:
    """``first`` and ``last`` market time; ``size`` and ``damaged_bytes`` in bytes.

    ``damage`` says why the bytes after the last whole block are none, "" = there are no such bytes.
    """

    file: str
    trade_date: str
    first: str
    last: str
    securities: int
    channels: int
    records: int
    blocks: int
    size: int
    bytes_a_record: Decimal
    gaps: int
    damaged_bytes: int
    damage: str

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing or damaged."""
        return not self.gaps and not self.damaged_bytes


def report_on(recording: Recording) -> RecordingReport:
    """Return what ``recording`` holds."""
    first, last = recording.span_ms
    found = recording.scan
    return RecordingReport(
        file=recording.file.name,
        trade_date=recording.welcome.trade_date,
        first=_clock(first),
        last=_clock(last),
        securities=len(recording.welcome.instruments),
        channels=len(recording.channels),
        records=recording.records,
        blocks=len(recording.blocks),
        size=found.size,
        bytes_a_record=(Decimal(found.end) / max(recording.records, 1)).quantize(_TENTH),
        gaps=recording.gaps,
        damaged_bytes=found.damaged_bytes,
        damage=found.damage,
    )


def _clock(time_ms: int) -> str:
    seconds, ms = divmod(time_ms, 1_000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{ms:03d}"
