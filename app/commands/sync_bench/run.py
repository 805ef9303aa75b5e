"""Measures all of it in one run, our way and the bare way in turn; figures are medians."""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from app.commands.sync_bench.across import measure_across, measure_notify, measure_pass
from app.commands.sync_bench.pull import Pulled, insert_once, make_changes, pull_once, read_rows
from app.commands.sync_bench.push import copy_once, make_commands, push_once
from app.commands.sync_bench.stage import STAFF, Firm, opened_desk, opened_firm
from app.frame.memory import settle_memory
from services.desk.bench.timing import Cost, middle_ratio
from services.desk.storage.synced.changes import write_cursor
from services.desk.sync.streams import StreamKeeper

ROUNDS, _SINGLE_ROUNDS = 9, 40
_MS = 1_000


@dataclass(frozen=True, slots=True)
class SyncFigures:
    """Rates as ours over bare (1.0 = as quick), ``_cpu`` of the desk's processor alone.

    Times are in milliseconds. A pull is over when its rows are stored and told to the screens;
    ``pull_and_index``: when the new clients among them, a tenth, are found by their words as well.
    The bare insert has the keys and indexes of the same file, no search index.

    ``across_ms`` is a change from one desk to another, ``across_over_parts`` over the two parts
    together that it cannot do without: a bare NOTIFY (one-row transaction to listener) and one
    worker's pass.
    """

    rows: int
    rounds: int
    pull_rows_per_second: int
    insert_rows_per_second: int
    pull_over_insert: float
    pull_over_insert_cpu: float
    pull_and_index_over_insert: float
    push_commands_per_second: int
    copy_rows_per_second: int
    push_over_copy: float
    across_ms: float
    notify_ms: float
    worker_pass_ms: float
    across_over_parts: float


async def measure_sync(rows: int) -> SyncFigures:
    """Build a firm in a folder of its own and measure; ``rows`` is taken down to whole tens."""
    rows -= rows % 10
    root = Path(tempfile.mkdtemp(prefix="bench-sync-"))
    root.chmod(0o755)  # the embedded server runs as another user when we are root
    try:
        async with opened_firm(root) as firm:
            return await _measure(firm, root, rows)
    finally:
        shutil.rmtree(root, ignore_errors=True)


async def _measure(firm: Firm, root: Path, rows: int) -> SyncFigures:
    settle_memory()  # as in the processes that do this all day
    across = await measure_across(firm, root, _SINGLE_ROUNDS)
    notify = await measure_notify(firm, _SINGLE_ROUNDS)
    passes = await measure_pass(firm, _SINGLE_ROUNDS)
    pulls, inserts = await _pulls(firm, root, rows)
    pushes, copies = await _pushes(firm, root, rows)
    pulled = middle_ratio(inserts, [one.rows for one in pulls])
    indexed = middle_ratio(inserts, [one.words for one in pulls])
    parts = median(notify) + median(passes)
    return SyncFigures(
        rows=rows,
        rounds=ROUNDS,
        pull_rows_per_second=round(rows / median(one.rows.wall for one in pulls)),
        insert_rows_per_second=round(rows / median(one.wall for one in inserts)),
        pull_over_insert=pulled.wall,
        pull_over_insert_cpu=pulled.cpu,
        pull_and_index_over_insert=indexed.wall,
        push_commands_per_second=round(rows / median(pushes)),
        copy_rows_per_second=round(rows / median(copies)),
        push_over_copy=_middle(copies, pushes),
        across_ms=round(_MS * median(across), 2),
        notify_ms=round(_MS * median(notify), 2),
        worker_pass_ms=round(_MS * median(passes), 2),
        across_over_parts=round(median(across) / parts, 2),
    )


async def _pulls(firm: Firm, root: Path, rows: int) -> tuple[list[Pulled], list[Cost]]:
    after = await make_changes(firm, rows)
    async with opened_desk(root / "pulled") as desk, firm.line() as line:
        await desk.store.write(lambda connection: write_cursor(connection, STAFF, after))
        await StreamKeeper(desk.store, desk.changes, lambda _: None).pull(line, STAFF)
        work = await read_rows(desk)
    pulls, inserts = [], []
    for number in range(ROUNDS):
        pulls.append(await pull_once(firm, root / f"pull-{number}", after))
        inserts.append(await insert_once(root / f"insert-{number}", work))
    return pulls, inserts


async def _pushes(firm: Firm, root: Path, rows: int) -> tuple[list[float], list[float]]:
    commands, pushes, copies = make_commands(rows), [], []
    for number in range(ROUNDS):
        pushes.append(await push_once(firm, root / f"push-{number}", commands))
        copies.append(await copy_once(firm, commands))
    return pushes, copies


def _middle(upper: list[float], lower: list[float]) -> float:
    return round(median(a / b for a, b in zip(upper, lower, strict=True)), 2)
