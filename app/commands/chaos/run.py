"""Plays one seed from the first act to the verdict."""

import asyncio
import shutil
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from app.commands.chaos.acts.acts import Acts, Posts
from app.commands.chaos.acts.firm import make_lively, read_customers, read_memory
from app.commands.chaos.acts.sight import look
from app.commands.chaos.acts.turn import Memory
from app.commands.chaos.faults.damage import Damage
from app.commands.chaos.faults.kinds import break_something
from app.commands.chaos.stage.desk_line import DeskLine
from app.commands.chaos.stage.process import Broken
from app.commands.chaos.stage.stage import START, Stage, staged
from app.commands.chaos.verdict.checks import check_after_night, check_central, open_firm
from app.commands.chaos.verdict.convergence import come_to_rest, compare_at_rest
from app.commands.chaos.verdict.story import Story
from models.wire.commands import APPLIED, RecordOrder
from models.wire.service.clients import HandOverClients

_LONGEST_PAUSE_S = 0.12
_FAULTS_PER_STEP = 0.12
_STEPS_A_LOOK = 6
_FAR_BEHIND, _CROWDED, _LOOKS, _LOOK_S = 4, 15, 30, 0.1
_ALL_ARRIVE_FIRST = 0.7
_CAPPED = (
    "SELECT count(*) FROM application a JOIN approval p USING (branch_id, approval_id)"
    " WHERE a.state = 'approved' AND p.after::json ->> 'exception_id' <> ''"
)
_DESK_WEIGHTS = (1, 1, 10, 10, 2, 5, 1)  # head office and the new branch have little to ask for


@dataclass(slots=True)
class Verdict:
    """How one seed went; ``difference`` "" = everything held. ``kept`` = where its logs are."""

    seed: int
    difference: str = ""
    seconds: int = 0
    commands: int = 0
    applied: dict[str, int] = field(default_factory=dict)  # by kind of command
    refused: dict[str, int] = field(default_factory=dict)  # by kind of command and reason
    fills: int = 0
    handed_over: int = 0  # clients, to another manager
    capped: int = 0  # products that an approved exception let begin
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
    await make_lively(stage.server)
    opening = await open_firm(stage.server, START.date())
    rng = Random(verdict.seed)
    acts = await _acts(stage, Random(rng.random()))
    damage = Damage(Random(rng.random()), stage, told=verdict.faults)
    verdict.disk_was_full = all(disk.is_real for disk in stage.disks.values())
    if rng.random() < _ALL_ARRIVE_FIRST:  # else some work on stores that are still empty
        await come_to_rest(stage)
    for damage.step in range(commands):
        [desk] = rng.choices(stage.desks, _DESK_WEIGHTS)
        await _keep_pace(desk, damage)
        if damage.step % _STEPS_A_LOOK == 0:
            await _look(stage, acts.memory)
        acts.act(desk)
        if rng.random() < _FAULTS_PER_STEP:
            await break_something(damage)
        await damage.heal_due()
        stage.check()
        await asyncio.sleep(rng.random() * _LONGEST_PAUSE_S)
    await damage.heal_all()
    await compare_at_rest(stage)
    judged = await check_central(stage.server, stage.desks, opening)
    _count(judged.story, verdict)
    [(verdict.capped,)] = await stage.server.ask(_CAPPED)
    await stage.server.close_day(START)
    await check_after_night(stage.server, judged)
    await compare_at_rest(stage)


async def _keep_pace(desk: DeskLine, damage: Damage) -> None:
    """Nobody types on while his desk is far behind; a broken one is not waited for."""
    for _ in range(_LOOKS):
        if desk.behind <= _FAR_BEHIND or damage.holds(desk.child.name):
            return
        await asyncio.sleep(_LOOK_S)


async def _look(stage: Stage, memory: Memory) -> None:
    """See what there is at central; while it is far behind the desks nobody asks for more."""
    for _ in range(_LOOKS):
        if not await look(stage.server, memory):
            return
        given = sum(len(desk.accepted) for desk in stage.desks)
        if given - memory.answered <= _CROWDED:
            return
        await asyncio.sleep(_LOOK_S)


async def _acts(stage: Stage, rng: Random) -> Acts:
    customers = await read_customers(stage.server)
    memory = await read_memory(stage.server)
    teacher, agent, *_, other, branch, firm = stage.desks
    posts = Posts(teacher=teacher, agent=agent, firm=firm, branch=branch, other=other)
    return Acts(rng, customers, memory, stage.desks, posts)


def _count(story: Story, verdict: Verdict) -> None:
    verdict.commands = len(story.told)
    for told in story.told.values():
        tag = str(told.command.__struct_config__.tag)
        if told.outcome == APPLIED:
            verdict.applied[tag] = verdict.applied.get(tag, 0) + 1
        else:
            reason = f"{tag} {told.outcome}"
            verdict.refused[reason] = verdict.refused.get(reason, 0) + 1
    verdict.fills = len({one.fill.fill_id for _, one in story.applied(RecordOrder) if one.fill})
    given = (one.client_ids for _, one in story.approved(HandOverClients))
    verdict.handed_over = sum(map(len, given))
