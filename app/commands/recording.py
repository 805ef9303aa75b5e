"""``workstation record …`` and the parts of ``replay`` that look instead of serving."""

import sys
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from msgspec.structs import replace

from app.frame.places import Places
from app.frame.process import FAILED, say_failure
from app.frame.settings import ExchangeSettings
from models.dates import MS_PER_SECOND
from models.errors import ExpectedFailure
from services.exchange.replay.imported import ImportPlan, ImportReport, import_day
from services.market.recording.facts import RecordingReport, report_on
from services.market.recording.proof import prove_recording
from services.market.recording.recording import Recording
from services.market.recording.shelf import Shelf

record_app = typer.Typer(help="行情录制:查看与导入。", no_args_is_help=True)

NOT_PROVED = 1
FASTEST = "max"
AsJson = Annotated[bool, typer.Option("--json", help="输出机器可读的 JSON")]


@record_app.callback()
def record() -> None:
    """行情录制工具。"""


@record_app.command()
def info(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="录制文件,或本机已录的交易日")],
    as_json: AsJson = False,
) -> None:
    """说明一份录制里有什么:证券、逐笔、时间范围、缺口与损坏;完好时退出码为 0。"""
    try:
        report = report_on(Recording(Shelf(context.obj.places.recordings, 1).find(file)))
    except ExpectedFailure as failure:
        _end(failure)
    _say(_json(report) if as_json else _info(report))
    raise typer.Exit(0 if report.is_whole else NOT_PROVED)


@record_app.command("import")
def import_files(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="含委托、成交、快照文件的目录(csv、gz、zst)")
    ],
    out: Annotated[Path, typer.Option(help="写成的录制文件")],
    security: Annotated[str, typer.Option(help="只导入这一只证券(六位代码)")] = "",
    day: Annotated[str, typer.Option("--date", help="交易日,文件里没有日期时必填")] = "",
    close: Annotated[
        list[str] | None, typer.Option(help="昨收,如 600761=20.50;文件里没有快照时使用")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """把供应商的一天行情文件变成录制,可在同样的画面上回放。"""
    try:
        plan = ImportPlan(folder, out, security[:6], day, tuple(close or ()))
        imported = import_day(plan)
        report = report_on(Recording(out))
    except ExpectedFailure as failure:
        _end(failure)
    if as_json:
        _say(_json({"recording": report, "import": imported}))
    else:
        _say("\n".join((_info(report), *_imported(imported))))
    raise typer.Exit(0)


def list_recordings(folder: Path, *, as_json: bool) -> int:
    """Say what is recorded in this home; a file that cannot be read is listed with its reason."""
    reports, broken = [], {}
    for file in Shelf(folder, 1).files():
        try:
            reports.append(report_on(Recording(file)))
        except ExpectedFailure as failure:
            broken[file.name] = f"{failure.title},{failure.advice}"
    if as_json:
        _say(_json({"recordings": reports, "unreadable": broken}))
        return 0
    lines = [_line(report) for report in reports]
    lines += [f"{name}  {why}" for name, why in broken.items()]
    _say("\n".join(lines) or "还没有录制:在 settings.toml 写 [engine] record = true")
    return 0


def verify_recording(folder: Path, named: str, *, as_json: bool) -> int:
    """Replay as fast as it goes and compare with the hashes of the live books."""
    recording = Recording(Shelf(folder, 1).find(named))
    proof = prove_recording(recording)
    damaged = recording.scan.damaged_bytes
    if as_json:
        _say(_json({**_fields(proof), "damaged_bytes": damaged, "proved": proof.is_proved}))
    else:
        rate = round(proof.records / proof.seconds) if proof.seconds else 0
        _say(
            f"重放 {proof.records:,} 条,用时 {proof.seconds:.2f} 秒(每秒 {rate:,} 条,"
            f"内核 {proof.kernel})\n"
            f"单只盘口指纹:一致 {proof.books_equal:,} / {proof.books_compared:,}\n"
            f"全部盘口指纹:一致 {proof.states_equal:,} / {proof.states_compared:,}\n"
            + ("录制于另一版本的程序,盘口指纹不可比\n" if proof.other_version else "")
            + f"缺口 {proof.gaps},损坏的尾部 {damaged} 字节"
            + (f"\n第一处不一致:{proof.first_difference}" if proof.first_difference else "")
        )
    return 0 if proof.is_proved else NOT_PROVED


def replay_settings(
    places: Places, exchange: ExchangeSettings, named: str, speed: str, start: str
) -> ExchangeSettings:
    """Return the settings of a session that replays a recording, its file found.

    Raises ExpectedFailure RECORDING_UNKNOWN, REPLAY_SPEED, and what a broken recording raises.
    """
    file = Shelf(places.recordings, 1).find(named).resolve()
    if speed == FASTEST:
        return replace(exchange, replay=str(file), start=_end_of(file), speed=1)
    if not speed.isdigit():
        raise ExpectedFailure(
            f"回放速度「{speed}」无法识别", "请写 1–50 的整数,或 max", "REPLAY_SPEED"
        )
    return replace(exchange, replay=str(file), start=start, speed=int(speed))


def _info(report: RecordingReport) -> str:
    lines = [
        _line(report),
        f"证券 {report.securities} 只,通道 {report.channels} 条,块 {report.blocks},"
        f"每条 {report.bytes_a_record} 字节",
        f"缺口 {report.gaps},损坏的尾部 {report.damaged_bytes} 字节"
        + (f"({report.damage})" if report.damage else ""),
    ]
    return "\n".join(lines)


def _imported(told: ImportReport) -> list[str]:
    lines = [f"略去的行:{name} {number}" for name, number in told.rows_left_out.items()]
    lines += [f"{symbol} 的行情自相矛盾:{reason}" for symbol, reason in told.faulty.items()]
    if told.close_unknown:
        lines.append(f"昨收未知:{'、'.join(told.close_unknown)}(可用 --close 代码=价格 指明)")
    return lines


def _line(report: RecordingReport) -> str:
    return (
        f"{report.file}  {report.trade_date}  {report.first}–{report.last}  "
        f"{report.records:,} 条  {report.size / 1_000_000:.1f} MB"
    )


def _fields(record_of: object) -> dict[str, object]:
    fields = msgspec.to_builtins(record_of)
    assert isinstance(fields, dict)
    return fields


def _json(facts: object) -> str:
    return msgspec.json.format(msgspec.json.encode(facts)).decode()


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


def _end(failure: ExpectedFailure) -> None:
    say_failure(failure)
    raise typer.Exit(FAILED) from failure


def _end_of(file: Path) -> str:
    seconds = Recording(file).span_ms[1] // MS_PER_SECOND + 1
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
