"""``practice``: opens the practice desk, judges a run, shows and hands in what came of it."""

import json
import sys
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from app.desk.practice.home import PracticeHome, confined
from app.desk.practice.results import Kept, find_result, judge_run, keep, run_ids
from app.desk.practice.words import in_words, points
from app.frame.process import FAILED, say_failure
from models.errors import ExpectedFailure

if TYPE_CHECKING:
    from app.cli import Start

_RESULT, _HAND_IN = "result", "hand-in"


def practice(
    context: typer.Context,
    what: Annotated[
        str, typer.Argument(metavar="SCENARIO|result|hand-in", help="剧本,或 result、hand-in")
    ] = "",
    run: Annotated[str, typer.Argument(help="result、hand-in 的演练编号;缺省为最近一次")] = "",
    shows_list: Annotated[bool, typer.Option("--list", help="列出剧本与已有结果")] = False,
    check: Annotated[bool, typer.Option("--check", help="评判这个剧本最近一次演练")] = False,
    speed: Annotated[int, typer.Option(min=1, max=10, help="演练时间的速度 1–10 倍")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="输出机器可读的 JSON")] = False,
) -> None:
    """演练台:在与真实环境完全隔开的模拟营业部里接待模拟客户,结束后逐项评判。"""
    start: Start = context.obj
    try:
        if start.places.is_practice:
            raise ExpectedFailure("这里已经是演练环境", "请在真实数据目录里运行", "PRACTICE_FIRM")
        if shows_list or not what:
            _list(start, as_json=as_json)
        elif what == _RESULT:
            _show(find_result(start.places, run), as_json=as_json)
        elif what == _HAND_IN:
            _hand_in(context, find_result(start.places, run))
        elif check:
            _check(start, what, as_json=as_json)
        else:
            _open(start, what, speed, as_json=as_json)
    except ExpectedFailure as failure:
        say_failure(failure)
        raise typer.Exit(FAILED) from failure


def _list(start: "Start", *, as_json: bool) -> None:
    from services.worker.practice.shelf import find_scenario, scenario_names

    scenarios = [find_scenario(name) for name in scenario_names()]
    runs = run_ids(start.places)
    if as_json:
        told = [{"name": one.name, "title": one.title, "about": one.about} for one in scenarios]
        sys.stdout.write(json.dumps({"scenarios": told, "results": runs}, ensure_ascii=False))
        sys.stdout.write("\n")
        return
    for one in scenarios:
        typer.echo(f"{one.name:<12} {one.title}\n             {one.about}")
    if runs:
        typer.echo("已有结果:" + "、".join(runs))


def _open(start: "Start", name: str, speed: int, *, as_json: bool) -> None:
    """Open the desk on a run that still works there, else on a new one; judge it when it closes."""
    from app.desk.run import run_desk
    from app.frame.display import require_display

    home = _home(start, name)
    require_display()
    known = home.mark() if home.is_running else None
    mark = known or home.begin(start.settings.staff_id, speed)
    sys.stderr.write(f"【演练】{home.scenario.title}\n{home.scenario.about}\n")
    settings = confined(start.settings, home.scenario, mark, speed)
    run_desk(places=home.places, settings=settings)
    _check(start, name, as_json=as_json)


def _check(start: "Start", name: str, *, as_json: bool) -> None:
    kept = judge_run(_home(start, name))
    keep(start.places, kept)
    _show(kept, as_json=as_json)


def _show(kept: Kept, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(msgspec.json.format(kept.raw).decode() + "\n")
        return
    typer.echo("\n".join(in_words(kept.result)))
    typer.echo(f"结果校验值 {kept.result_hash}")


def _hand_in(context: typer.Context, kept: Kept) -> None:
    """Give it to the real central, as the trainee's own command."""
    from app.commands.files.person import Person, enclose, have_answered, with_person
    from models.wire.service.training import RecordPractice

    result = kept.result
    command = RecordPractice(result.run_id, kept.raw, kept.result_hash)

    async def give(who: Person) -> None:
        await have_answered(who, enclose(who, [command], ""))

    with_person(context, result.trainee, give)
    earned, most = points(result.judgement.earned), points(result.judgement.most)
    typer.echo(f"已登记 {result.run_id}:{earned} / {most}(不产生证书)")


def _home(start: "Start", name: str) -> PracticeHome:
    from services.worker.practice.shelf import find_scenario

    return PracticeHome(start.places, find_scenario(name))
