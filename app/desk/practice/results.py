"""Judges a practice run and keeps what came of it in the real home, beside other results."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.central import ready_central, stop_central
from app.desk.practice.home import PracticeHome
from app.frame.places import Places
from app.frame.session import last_clock_text
from app.frame.settings import Settings
from models.errors import ExpectedFailure
from models.rules.access.practice.judge import judge
from models.rules.access.practice.result import Result, ResultBroken, hash_of, pack, unpack
from services.clock.clock import SystemClock, clock_from_text

if TYPE_CHECKING:
    from models.rules.access.practice.trace import Trace
    from services.worker.practice.run import Run

_FOLDER = "results"


@dataclass(frozen=True, slots=True)
class Kept:
    """A packed result as it lies in its file."""

    raw: bytes
    result_hash: str
    result: Result


def judge_run(home: PracticeHome) -> Kept:
    """Judge the newest run of a home, running or closed.

    Raises ExpectedFailure PRACTICE_NOT_FOUND, or CENTRAL_… where its database does not start.
    """
    if home.mark() is None:
        raise ExpectedFailure("还没有做过这个演练", "请先打开一次", "PRACTICE_NOT_FOUND")
    try:
        run, trace = asyncio.run(_read(home.places))
    finally:
        if not home.is_running:
            stop_central(home.places)
    made_at = SystemClock().now()
    judgement = judge(run.scenario, trace)
    result = Result(run.run_id, run.trainee, made_at, run.scenario, trace, judgement)
    raw, result_hash = pack(result)
    return Kept(raw, result_hash, result)


def keep(real: Places, kept: Kept) -> Path:
    """Write a result beside the others; the same run's earlier one gives way."""
    folder = real.home / "practice" / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{kept.result.run_id}.{kept.result_hash}.json"
    for earlier in folder.glob(f"{kept.result.run_id}.*.json"):
        earlier.unlink()
    file.write_bytes(kept.raw)
    return file


def run_ids(real: Places) -> tuple[str, ...]:
    """Return the runs with a result, the newest last."""
    files = (real.home / "practice" / _FOLDER).glob("*.json")
    return tuple(sorted((one.name.split(".")[0] for one in files), key=_stamp))


def find_result(real: Places, run_id: str) -> Kept:
    """Return a stored result, "" = the newest, whose hash and findings are right.

    Raises ExpectedFailure PRACTICE_NOT_FOUND, or RESULT_… where the file was changed.
    """
    wanted = run_id or next(reversed(run_ids(real)), "")
    found = next((real.home / "practice" / _FOLDER).glob(f"{wanted}.*.json"), None)
    if not wanted or found is None:
        raise ExpectedFailure(
            "没有这次演练的结果", "请用 practice --list 查看", "PRACTICE_NOT_FOUND"
        )
    raw, result_hash = found.read_bytes(), found.name.split(".")[1]
    try:
        return Kept(raw, result_hash, unpack(raw, result_hash))
    except ResultBroken as fault:
        told = f"{found.name}({hash_of(raw)[:12]}…)"
        raise ExpectedFailure("演练结果被改动过", told, fault.code) from fault


async def _read(places: Places) -> "tuple[Run, Trace]":
    from services.central.connection import central_faults, open_engine
    from services.worker.practice.run import read_trace, require_run

    engine = open_engine(await ready_central(places, Settings()))
    try:
        with central_faults():
            run = await require_run(engine)
            now = clock_from_text(last_clock_text(places)).now()
            return run, await read_trace(engine, run, max(now, run.began_at))
    finally:
        await engine.dispose()


def _stamp(run_id: str) -> str:
    return run_id.partition("-")[2]
