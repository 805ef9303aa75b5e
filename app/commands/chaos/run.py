"""Plays one seed from the first act to the verdict."""

import asyncio
import shutil
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from app.commands.chaos.acts import Acts, Customer
from app.commands.chaos.faults import Faults
from app.commands.chaos.service_acts import ServiceActs
from app.commands.chaos.stage.process import Broken
from app.commands.chaos.stage.server import Server
from app.commands.chaos.stage.stage import START, Stage, staged
from app.commands.chaos.verdict.books import open_books
from app.commands.chaos.verdict.checks import check_central
from app.commands.chaos.verdict.convergence import check_desks, come_to_rest

_LONGEST_PAUSE_S = 0.12
_FAULTS_PER_STEP = 0.12
_CUSTOMERS = """
    SELECT c.client_id, c.manager_id, a.account FROM client c
    JOIN account a USING (branch_id, client_id) ORDER BY 1, 3
"""
_TASKS = "SELECT task_id, manager_id FROM task WHERE state = 'open' ORDER BY 1"


@dataclass(slots=True)
class Verdict:
    """How one seed went; ``difference`` "" = everything held. ``kept`` = where its logs are."""

    seed: int
    difference: str = ""
    seconds: int = 0
    commands: int = 0
    refused: int = 0
    fills: int = 0
    faults: dict[str, int] = field(default_factory=dict)
    disk_was_full: bool = True
    kept: str = ""


async def play(seed: int, commands: int) -> Verdict:
    """Play ``commands`` acts among faults, heal, and judge."""
    verdict, began = Verdict(seed), time.monotonic()
    root = Path(tempfile.mkdtemp(prefix=f"chaos{seed}-"))
    root.chmod(0o755)  # the server runs as another user when we are root
    try:
        async with staged(root, seed) as stage:
            await _play_on(stage, verdict, commands)
    except Broken as broken:
        verdict.difference = str(broken)
    verdict.seconds = round(time.monotonic() - began)
    if verdict.difference:
        verdict.kept = str(root)
    else:
        shutil.rmtree(root, ignore_errors=True)
    return verdict


async def _play_on(stage: Stage, verdict: Verdict, commands: int) -> None:
    books = await open_books(stage.server, START.date())
    rng = Random(verdict.seed)
    acts = await _acts(stage, Random(rng.random()))
    faults = Faults(Random(rng.random()), stage)
    verdict.disk_was_full = all(disk.is_real for disk in stage.disks.values())
    for step in range(commands):
        acts.act(rng.choice(stage.desks))
        if rng.random() < _FAULTS_PER_STEP:
            await faults.break_something(step)
        await faults.heal_due(step)
        stage.check()
        await asyncio.sleep(rng.random() * _LONGEST_PAUSE_S)
    await faults.heal_all()
    verdict.faults = faults.told
    pictures = await come_to_rest(stage)
    await check_central(stage.server, stage.desks, books)
    await check_desks(stage, pictures)
    await _count(stage.server, verdict)


async def _acts(stage: Stage, rng: Random) -> Acts:
    customers = [Customer(*row) for row in await stage.server.ask(_CUSTOMERS)]
    tasks = [(row["task_id"], row["manager_id"]) for row in await stage.server.ask(_TASKS)]
    return Acts(rng, customers, tasks, stage.desks, ServiceActs(Random(rng.random())))


async def _count(server: Server, verdict: Verdict) -> None:
    query = (
        "SELECT (SELECT count(*) FROM command_answer), (SELECT count(*) FROM command_answer"
        " WHERE outcome = 'refused'), (SELECT count(*) FROM trade_fill)"
    )
    [row] = await server.ask(query)
    verdict.commands, verdict.refused, verdict.fills = row
