"""Everything that one seed is played with: server, hubs, workers, desks and the wires between."""

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from app.commands.chaos.stage.desk_line import DeskLine
from app.commands.chaos.stage.disk import SmallDisk
from app.commands.chaos.stage.process import Broken, Child
from app.commands.chaos.stage.server import Server
from app.commands.chaos.stage.wire import Wire, wire_to_port, wire_to_socket
from models.dates import BEIJING
from services.central.connection import central_url
from services.clock.clock import ReplayClock
from services.hub.own_certificate import OwnCertificate, ensure_own_certificate

START = datetime(2023, 2, 1, 10, tzinfo=BEIJING)
# Head office's, an agent's, two of one manager, another branch's head, his own's, compliance's.
STAFF = (
    ("HQ01", "HQ"),
    ("CC01", "HQ"),
    ("M001", "B001"),
    ("M001", "B001"),
    ("BM02", "B002"),
    ("BM01", "B001"),
    ("CO01", "HQ"),
)
HUBS, WORKERS = 2, 2
_CENTRAL_MEGABYTES, _DESK_MEGABYTES = 640, 96


@dataclass(slots=True)
class Stage:
    """``wires``: between desks and hubs first, then between each process and the server."""

    root: Path
    server: Server
    disks: dict[str, SmallDisk]
    hubs: list[Child]
    workers: list[Child]
    desks: list[DeskLine]
    wires: list[Wire]

    @property
    def children(self) -> list[Child]:
        """All processes but the server's."""
        return [*self.hubs, *self.workers, *(desk.child for desk in self.desks)]

    def check(self) -> None:
        """Broken when a process died by itself."""
        for child in self.children:
            child.check()


@asynccontextmanager
async def staged(root: Path, seed: int) -> AsyncIterator[Stage]:
    """Give a running stage; nothing of it is left at the end, but the disks of a failed one."""
    disks = {
        "central": SmallDisk(root / "central", _CENTRAL_MEGABYTES),
        "desks": SmallDisk(root / "desks", _DESK_MEGABYTES),
    }
    with contextlib.ExitStack() as mounts:
        for disk in disks.values():
            disk.mount()
            mounts.callback(disk.unmount)
        server = Server(root / "central" / "pg")
        try:
            async with _played(root, server, disks, seed) as stage:
                yield stage
        except Broken:
            for name, disk in disks.items():
                disk.keep(root / f"{name}-kept")
            raise


@asynccontextmanager
async def _played(
    root: Path, server: Server, disks: dict[str, SmallDisk], seed: int
) -> AsyncIterator[Stage]:
    try:
        await server.prepare(seed, START.date())
        stage = await _raise_stage(root, server, disks)
        try:
            yield stage
        finally:
            await _strike(stage)
    finally:
        await server.stop()


def set_clock(child: Child, shift: timedelta = timedelta()) -> None:
    """Let a process start with a clock that is set back or forth by ``shift``, not moved yet."""
    child.move_clock()
    text = ReplayClock(START + shift, time.time_ns()).text()
    child.set_word("--clock", f"{text}@{child.clock_file}")


async def _raise_stage(root: Path, server: Server, disks: dict[str, SmallDisk]) -> Stage:
    hub_ports = list(_free_ports(HUBS))
    to_hubs = [wire_to_port(port) for port in hub_ports]
    to_server = [wire_to_socket(server.socket) for _ in range(HUBS + WORKERS)]
    for wire in (*to_hubs, *to_server):
        await wire.mend()
    urls = [_database_by(server, wire) for wire in to_server]
    own = ensure_own_certificate(root / "tls")
    hubs = [_hub(root, place, port, urls[place]) for place, port in enumerate(hub_ports)]
    for hub in hubs:
        _show(own, hub)
    workers = [_worker(root, place, urls[HUBS + place]) for place in range(WORKERS)]
    addresses = [f"wss://127.0.0.1:{wire.port}" for wire in to_hubs]
    desks = [_desk(root, place, *who, addresses) for place, who in enumerate(STAFF)]
    stage = Stage(root, server, disks, hubs, workers, desks, [*to_hubs, *to_server])
    for child in (*hubs, *workers):
        await child.start()
    for desk in desks:
        await desk.start()
    return stage


async def _strike(stage: Stage) -> None:
    for desk in stage.desks:
        await desk.end()
    for child in (*stage.hubs, *stage.workers):
        await child.end()
    for wire in stage.wires:
        await wire.cut()
    await asyncio.sleep(0)  # cut links close


def _hub(root: Path, place: int, port: int, url: str) -> Child:
    name = f"hub-{place + 1}"
    words = ("hub", "--stdin-secret", "--port", str(port), "--clock", "")
    return _clocked(Child(name, root / name, words, url))


def _show(own: OwnCertificate, hub: Child) -> None:
    hub.set_up("[hub]", f'certificate = "{own.certificate}"', f'key = "{own.key}"')


def _worker(root: Path, place: int, url: str) -> Child:
    name = f"worker-{place + 1}"
    words = ("worker", "--stdin-secret", "--clock", "")
    worker = _clocked(Child(name, root / name, words, url))
    worker.set_up("[worker]", 'night_at = ""')
    return worker


def _desk(root: Path, place: int, staff_id: str, branch_id: str, addresses: list[str]) -> DeskLine:
    name = f"desk-{place + 1}"
    folder = root / "desks" / name
    folder.mkdir()
    words = ["chaos", "desk", staff_id, branch_id, "--store", str(folder)]
    words += ["--clock", "", "--ca", str(root / "tls" / "ca.pem")]
    for address in addresses[place % HUBS :] + addresses[: place % HUBS]:
        words += ["--url", address]
    child = _clocked(Child(name, root / name, tuple(words), speaks=True))
    return DeskLine(child, staff_id, f"L-{name}", folder)


def _clocked(child: Child) -> Child:
    set_clock(child)
    return child


def _database_by(server: Server, wire: Wire) -> str:
    return f"postgresql://postgres@127.0.0.1:{wire.port}/{central_url(server.url).database}"


def _free_ports(count: int) -> Iterator[int]:
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        yield from [one.getsockname()[1] for one in sockets]
