"""``workstation chaos sync``: exit 0 only if everything held for every seed."""

import asyncio
import logging
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import msgspec
import typer

chaos_app = typer.Typer(help="故障试验:随机打断各进程后核对结果。", no_args_is_help=True)

_FAILED = 1


@chaos_app.callback()
def chaos() -> None:
    """故障试验。"""


@chaos_app.command()
def sync(
    seeds: Annotated[int, typer.Option(min=1, help="试多少个种子")] = 3,
    first_seed: Annotated[int, typer.Option(help="第一个种子")] = 1,
    commands: Annotated[int, typer.Option(min=1, help="每个种子做多少件事")] = 500,
    as_json: Annotated[bool, typer.Option("--json", help="输出机器可读的 JSON")] = False,
) -> None:
    """两个门户、两个工作进程、四张桌面:随机打断、断线、写满磁盘、拨回时钟,最后逐行核对。"""
    from app.commands.chaos.run import play

    logging.disable(logging.CRITICAL)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # nothing is left behind
    verdicts = []
    for seed in range(first_seed, first_seed + seeds):
        verdicts.append(asyncio.run(play(seed, commands)))
        if not as_json:
            sys.stdout.write(_line(asdict(verdicts[-1]), commands) + "\n")
            sys.stdout.flush()
    if as_json:
        encoded = msgspec.json.encode([asdict(verdict) for verdict in verdicts])
        sys.stdout.write(msgspec.json.format(encoded).decode() + "\n")
    raise typer.Exit(_FAILED if any(one.difference for one in verdicts) else 0)


@chaos_app.command(hidden=True)
def desk(
    staff_id: str,
    branch_id: str,
    store: Annotated[Path, typer.Option()],
    url: Annotated[list[str], typer.Option()],
    ca: Annotated[Path, typer.Option()],
    clock: Annotated[str, typer.Option()] = "",
) -> None:
    """一张没有窗口的桌面,由试验驱动。"""
    from app.commands.chaos.desk import run_desk
    from services.central.demo.cast import PASSPHRASE
    from services.clock.clock import clock_from_text
    from services.desk.sync.hub_client import SignInFacts
    from services.desk.sync.trust import Trust

    facts = SignInFacts(tuple(url), staff_id, PASSPHRASE, "chaos", trust=Trust(ca))
    asyncio.run(run_desk(store, facts, branch_id, clock_from_text(clock)))


def _line(verdict: dict[str, object], commands: int) -> str:
    seed, disk = verdict["seed"], ""
    if verdict["difference"]:
        again = f"./run chaos sync --seeds 1 --first-seed {seed} --commands {commands}"
        return (
            f"种子 {seed} 失败:{verdict['difference']}\n  重跑:{again}\n  日志:{verdict['kept']}"
            f"\n  故障:{_told(verdict['faults'])}"
        )
    if not verdict["disk_was_full"]:
        disk = "(这里不能挂载小磁盘,没有试磁盘写满)"
    return (
        f"种子 {seed} 通过:{verdict['commands']} 条命令、{verdict['fills']} 笔成交、"
        f"移交 {verdict['handed_over']} 位,例外费率生效 {verdict['capped']} 件,"
        f"{verdict['seconds']} 秒。{disk}\n  故障:{_told(verdict['faults'])}\n"
        f"  受理:{_told(verdict['applied'])}\n  拒绝:{_told(verdict['refused'])}"
    )


def _told(counts: object) -> str:
    assert isinstance(counts, dict)
    return "、".join(f"{name} {count}" for name, count in sorted(counts.items()))
