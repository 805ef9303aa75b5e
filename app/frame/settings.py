"""What may be set in settings.toml; everything has a default that makes the demo run."""

import re
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from models.errors import ExpectedFailure

Port = Annotated[int, msgspec.Meta(ge=0, le=65_535)]
ThemeName = Literal["dark", "light"]


class CentralSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``url`` "" = an embedded PostgreSQL in the home folder, else the firm's database
    (``postgresql://user:password@host:port/database``). ``keep_days``: how long the change log and
    answered commands are kept; a desk that was away longer fetches everything anew.
    ``undo_days``: how long an import may be taken back; what its rows hold of people goes then."""

    url: str = ""
    keep_days: Annotated[int, msgspec.Meta(ge=1, le=3_650)] = 14
    undo_days: Annotated[int, msgspec.Meta(ge=1, le=3_650)] = 30


class HubSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The hub and the way to it.

    Our own hub listens at ``host`` and ``port`` (0 = any free one) and shows ``certificate`` with
    its ``key`` (PEM files; "" = made by itself in the home folder). ``url`` set = the firm's hub
    instead; several = one after the other until one answers. The desk trusts ``ca`` (PEM file; "" =
    the system's authorities), with ``fingerprint`` (SHA-256) that one certificate only. ``plain``:
    without TLS, on this machine only.
    """

    port: Port = 0
    host: str = "127.0.0.1"
    certificate: str = ""
    key: str = ""
    url: str | tuple[str, ...] = ""
    ca: str = ""
    fingerprint: str = ""
    plain: bool = False

    @property
    def urls(self) -> tuple[str, ...]:
        """All addresses of the firm's hubs; none = our own hub."""
        return tuple(filter(None, (self.url,) if isinstance(self.url, str) else self.url))


class EngineSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``port`` 0 = any free one. ``record``: keep the feed of the newest ``record_days`` days."""

    port: Port = 0
    record: bool = False
    record_days: Annotated[int, msgspec.Meta(ge=1, le=3_650)] = 20


class WorkerSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``night_at``: when the nightly runs begin, in Beijing time; "" = only by command."""

    night_at: Annotated[str, msgspec.Meta(pattern="^(|[0-2][0-9]:[0-5][0-9])$")] = "18:30"


class ExchangeSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The simulated exchange: ``start`` is the market time it opens at, ``speed`` its pace.

    ``replay`` names a recorded day that runs instead, without order entry; there ``start`` "" is
    where the recording begins.
    """

    port: Port = 0
    start: str = "10:00:00"
    speed: int = 1
    seed: int = 20230201
    replay: str = ""


class DemoSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The demo firm; ``seed`` decides every name and number in it."""

    seed: int = 1
    clients: int = 2_000
    manager_clients: int = 300


class ScreenSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``theme`` dark or light; ``rise`` red (China) or green; ``language`` zh_CN or en."""

    theme: ThemeName = "dark"
    rise: Literal["red", "green"] = "red"
    language: Literal["zh_CN", "en"] = "zh_CN"


class SignInSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``automatic``: the demo signs in by itself with its built-in passphrase.

    ``idle_lock_minutes``: without a key or mouse for so long the desk locks; 0 = never by itself.
    """

    automatic: bool = True
    idle_lock_minutes: Annotated[int, msgspec.Meta(ge=0, le=1_440)] = 15


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    central: CentralSettings = CentralSettings()
    hub: HubSettings = HubSettings()
    engine: EngineSettings = EngineSettings()
    worker: WorkerSettings = WorkerSettings()
    exchange: ExchangeSettings = ExchangeSettings()
    demo: DemoSettings = DemoSettings()
    screen: ScreenSettings = ScreenSettings()
    sign_in: SignInSettings = SignInSettings()
    staff_id: str = "M001"


def read_settings(file: Path) -> Settings:
    """Return the settings in ``file``, the defaults where it is absent.

    Raises ExpectedFailure SETTINGS_BROKEN naming the place; the file is never touched.
    """
    if not file.exists():
        return Settings()
    try:
        written = file.read_bytes()
    except OSError as fault:
        raise ExpectedFailure(
            f"读不到设置文件:{file}", f"{fault.strerror}。请检查权限", "SETTINGS_UNREADABLE"
        ) from fault
    try:
        return msgspec.toml.decode(written, type=Settings)
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError, ValueError) as fault:
        raise ExpectedFailure(
            f"设置文件有错:{file}",
            f"{fault}{_line_of(str(fault), written)}。"
            "请改正该处,或移走文件以使用默认设置(文件未被改动)",
            "SETTINGS_BROKEN",
        ) from fault


def kept_apart(settings: Settings) -> Settings:
    """Return settings that reach nothing outside: no firm's database, no firm's hub."""
    apart = {"central": CentralSettings(), "hub": HubSettings()}
    return msgspec.structs.replace(settings, **apart)


def _line_of(fault: str, written: bytes) -> str:
    """Where a value or name that msgspec names (`$.exchange.speed`) stands in the file."""
    words = re.findall(r"`([^`]+)`", fault)
    path: list[str] = next((word[2:].split(".") for word in words if word.startswith("$.")), [])
    unknown = [words[0]] if "unknown field" in fault else []
    wanted = path + unknown
    for number, line in enumerate(written.decode("utf-8", "replace").splitlines(), 1):
        if wanted and re.match(rf"\s*\[?\s*{re.escape(wanted[0])}\b", line):
            wanted = wanted[1:]
            if not wanted:
                return f"(第 {number} 行)"
    return ""
