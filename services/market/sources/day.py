"""A recorded day in a folder: finds its files by header and puts all records in true order."""

import re
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.errors import ExpectedFailure
from models.wire.feed import RECORD
from services.market.feed.record import FeedRecord
from services.market.sources.codes import symbol_of_code
from services.market.sources.layout import Stream
from services.market.sources.parts import Instruments
from services.market.sources.records import read_records
from services.market.sources.snapshots import ExchangeSnapshot, read_snapshots
from services.market.sources.tables import SUFFIXES, open_table
from services.market.sources.text import code_of_text

RECORD_TYPE = np.dtype(
    [
        ("kind", "u1"),
        ("side", "u1"),
        ("order", "u1"),
        ("flags", "u1"),
        ("instrument", "<u4"),
        ("order_id", "<i8"),
        ("other_id", "<i8"),
        ("quantity", "<i8"),
        ("sequence", "<i8"),
        ("price", "<i4"),
        ("time_ms", "<u4"),
    ]
)
RecordArray = NDArray[np.void]

_LEFT_OUT = {"SOURCE_UNKNOWN": "foreign_file", "SOURCE_BLANK": "empty_file"}
_WHOLE = 100
_UNTOLD = 0
HARMLESS = frozenset({"duplicate", "empty_row", "foreign_file", "repeated_header"})
_CODE_IN_NAME = re.compile(r"(?<!\d)(\d{6})(?!\d)")


class Missing(NamedTuple):
    """Sequences that a channel lacks."""

    channel: int
    first: int
    last: int


@dataclass(slots=True)
class RecordedDay:
    """All records by channel, in sequence, each once; snapshots by security code, in time.

    ``faults`` counts rows left out by reason, ``duplicate`` and ``conflict`` among them
    (the same sequence twice with the same or with another content), ``other_channel`` those of a
    security that stand in another channel than most of it. ``missing`` names what a
    channel lacks that is there as a whole; the holes of an extract are other securities.
    """

    symbols: tuple[str, ...]
    channels: dict[int, RecordArray]
    snapshots: dict[str, list[ExchangeSnapshot]]
    faults: Counter[str] = field(default_factory=Counter)
    missing: tuple[Missing, ...] = ()

    @property
    def losses(self) -> str:
        """What is not there in words, "" when every row was read and no channel has a hole."""
        lost = [f"{name} {n}" for name, n in self.faults.items() if n and name not in HARMLESS]
        gaps = [f"channel {gap.channel} lacks {gap.first}–{gap.last}" for gap in self.missing]
        return ", ".join((*lost, *gaps[:3]))


def open_day(folder: Path, name: str = "") -> RecordedDay:
    """Read every file of known dialect in ``folder``; ``name`` (``600519``, ``600519.SH``,
    ``SH600519``) keeps one security only.

    Raises ExpectedFailure SECURITY_UNKNOWN for another kind of name, SOURCE_EMPTY when nothing is
    there, SOURCE_UNREADABLE.
    """
    security = _code(name) if name else ""
    faults: Counter[str] = Counter()
    instruments = Instruments()
    packed: dict[int, bytearray] = {}
    sequences: dict[int, array[int]] = {}
    snapshots: dict[str, list[ExchangeSnapshot]] = {}
    for file, stream in day_files(folder, security, faults):
        if stream is Stream.SNAPSHOTS:
            _collect_snapshots(file, security, snapshots, faults)
        else:
            records = _noted(read_records(file, instruments, faults), sequences)
            _collect_records(records, security, instruments, packed)
    if not packed and not snapshots:
        raise ExpectedFailure(
            f"没有可用的行情文件:{folder.name}", "目录中应有委托、成交或快照文件", "SOURCE_EMPTY"
        )
    _name_channel(packed, sequences)
    channels = {channel: in_sequence(packed.pop(channel), faults) for channel in [*packed]}
    channels = _at_home(channels, len(instruments.symbols), faults)
    for listed in snapshots.values():
        listed.sort(key=lambda snapshot: snapshot.time_ms)
    missing = [gap for channel, known in sequences.items() for gap in missing_of(channel, known)]
    return RecordedDay(instruments.symbols, channels, snapshots, faults, tuple(missing))


def _code(name: str) -> str:
    try:
        return code_of_text(name)
    except ValueError as fault:
        raise ExpectedFailure(
            f"不是证券代码:{name}", "请给六位代码,如 600519 或 600519.SH", "SECURITY_UNKNOWN"
        ) from fault


def day_files(folder: Path, security: str, faults: Counter[str]) -> list[tuple[Path, Stream]]:
    """Return the recorded files of a folder and what each holds.

    Others are counted: ``foreign_file`` for a header nobody knows, ``empty_file`` for none at all,
    ``file_damaged`` where it cannot even be read.
    """
    found: list[tuple[Path, Stream]] = []
    for file in _tables_of(folder, security):
        damage: Counter[str] = Counter()
        try:
            with open_table(file, damage) as table:
                found.append((file, table.layout.stream))
        except ExpectedFailure as failure:
            if failure.code not in _LEFT_OUT:
                raise
            faults.update(damage or (_LEFT_OUT[failure.code],))
    return found


def _tables_of(folder: Path, security: str) -> Iterator[Path]:
    """Yield the tables of a folder; where one is named after ``security``, none of another's."""
    tables = [one for one in (folder.iterdir() if folder.is_dir() else ()) if _is_table(one)]
    codes = {one: found[1] for one in tables if (found := _CODE_IN_NAME.search(one.name))}
    is_told = security in codes.values()
    for file in sorted(tables):
        if not is_told or codes.get(file, security) == security:
            yield file


def _is_table(file: Path) -> bool:
    return file.name.lower().endswith(SUFFIXES)


def _noted(
    records: Iterator[tuple[int, FeedRecord]], sequences: dict[int, "array[int]"]
) -> Iterator[tuple[int, FeedRecord]]:
    """Let all records pass and note which sequences each channel has."""
    for channel, record in records:
        sequences.setdefault(channel, array("q")).append(record.sequence)
        yield channel, record


def missing_of(channel: int, sequences: Sequence[int]) -> Iterator[Missing]:
    """Yield the holes of a channel that is there as a whole: no more than one in a hundred."""
    known = np.unique(np.asarray(sequences, np.int64))
    span = int(known[-1] - known[0]) + 1
    if (span - len(known)) * _WHOLE > span:
        return
    for at in np.flatnonzero(np.diff(known) > 1).tolist():
        yield Missing(channel, int(known[at]) + 1, int(known[at + 1]) - 1)


def _collect_records(
    records: Iterator[tuple[int, FeedRecord]],
    security: str,
    instruments: Instruments,
    packed: dict[int, bytearray],
) -> None:
    wanted = symbol_of_code(security) if security else ""
    names: list[bool] = []
    for channel, record in records:
        while record.instrument >= len(names):
            names.append(not wanted or instruments.symbols[len(names)] == wanted)
        if names[record.instrument]:
            packed.setdefault(channel, bytearray()).extend(RECORD.pack(*record))


def _name_channel(packed: dict[int, bytearray], sequences: dict[int, "array[int]"]) -> None:
    """Records of a file that tells no channel (0) belong to the only one that others tell."""
    told = [channel for channel in packed if channel]
    if len(told) == 1 and _UNTOLD in packed:
        packed[told[0]] += packed.pop(_UNTOLD)
        sequences[told[0]].extend(sequences.pop(_UNTOLD))


def _at_home(
    channels: dict[int, RecordArray], instruments: int, faults: Counter[str]
) -> dict[int, RecordArray]:
    """Leave out what stands outside its security's channel: a security keeps one all day."""
    if len(channels) < 2:
        return channels
    counts = [np.bincount(one["instrument"], minlength=instruments) for one in channels.values()]
    homes = np.argmax(np.stack(counts), axis=0)
    kept = {
        channel: records[homes[records["instrument"]] == place]
        for place, (channel, records) in enumerate(channels.items())
    }
    faults["other_channel"] += sum(map(len, channels.values())) - sum(map(len, kept.values()))
    return {channel: records for channel, records in kept.items() if len(records)}


def _collect_snapshots(
    file: Path,
    security: str,
    snapshots: dict[str, list[ExchangeSnapshot]],
    faults: Counter[str],
) -> None:
    for snapshot in read_snapshots(file, faults):
        if not security or snapshot.code == security:
            snapshots.setdefault(snapshot.code, []).append(snapshot)


def in_sequence(packed: bytes | bytearray, faults: Counter[str]) -> RecordArray:
    """Return packed records sorted by sequence, each once a security (the first one seen)."""
    records = np.frombuffer(packed, RECORD_TYPE)
    ordered = records[np.lexsort((records["instrument"], records["sequence"]))]
    if not len(ordered):
        return ordered
    later, earlier = ordered[1:], ordered[:-1]
    repeats = (later["sequence"] == earlier["sequence"]) & (
        later["instrument"] == earlier["instrument"]
    )
    same = later == earlier
    faults["duplicate"] += int(np.count_nonzero(repeats & same))
    faults["conflict"] += int(np.count_nonzero(repeats & ~same))
    return ordered[np.concatenate(([True], ~repeats))]
