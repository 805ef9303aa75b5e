"""The embedded server: started, found, stopped, and clear words when it cannot start."""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.errors import ExpectedFailure
from services.central.embedded import (
    EmbeddedServer,
    find_embedded,
    server_version,
    start_embedded,
    stop_embedded,
)
from services.central.reachability import ensure_database, require_reachable


@pytest.fixture
def folder() -> Iterator[Path]:
    home = Path(tempfile.mkdtemp(prefix="pg"))
    yield home / "pg"
    stop_embedded(home / "pg")
    shutil.rmtree(home, ignore_errors=True)


def test_start_find_stop_start(folder: Path) -> None:
    assert find_embedded(folder) is None
    first = start_embedded(folder)
    assert find_embedded(folder) == first
    assert start_embedded(folder) == first  # already running: the same one
    assert stop_embedded(folder)
    assert find_embedded(folder) is None
    assert not stop_embedded(folder)
    assert start_embedded(folder).pid != first.pid


def test_a_broken_folder_is_told_with_the_logs_last_lines(folder: Path) -> None:
    start_embedded(folder)
    stop_embedded(folder)
    (folder / "postgresql.conf").write_text("nonsense\n")
    with pytest.raises(ExpectedFailure) as failure:
        start_embedded(folder)
    assert failure.value.code == "CENTRAL_START_FAILED"
    assert "syntax error" in failure.value.advice


def test_the_built_in_version_is_known() -> None:
    assert int(server_version().split(".")[0]) >= 18


def test_addresses_of_other_databases() -> None:
    unix = EmbeddedServer("postgresql://postgres:@/postgres?host=/run/pg", 1)
    assert unix.url_of("a") == "postgresql://postgres:@/a?host=/run/pg"
    tcp = EmbeddedServer("postgresql://postgres:@127.0.0.1:5433/postgres", 1)
    assert tcp.url_of("a") == "postgresql://postgres:@127.0.0.1:5433/a"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql://joe:hunter2@127.0.0.1:1/firm", "端口上没有数据库"),
        ("postgresql://joe:hunter2@no-such-host.invalid/firm", "找不到这台主机"),
    ],
)
async def test_an_unreachable_database_is_explained_without_its_password(
    url: str, words: str
) -> None:
    with pytest.raises(ExpectedFailure) as failure:
        await require_reachable(url)
    told = str(failure.value)
    assert failure.value.code == "CENTRAL_UNREACHABLE"
    assert words in told
    assert url.partition("@")[2].split(":")[0].split("/")[0] in told
    assert "hunter2" not in told


@pytest.mark.parametrize("url", ["nonsense", "mysql://joe:hunter2@h/d", ""])
async def test_an_address_that_is_none_is_explained(url: str) -> None:
    with pytest.raises(ExpectedFailure) as failure:
        await require_reachable(url)
    assert failure.value.code == "CENTRAL_URL_BROKEN"
    assert "hunter2" not in str(failure.value)


async def test_a_missing_database_is_named_and_can_be_made(postgres_server: EmbeddedServer) -> None:
    url = postgres_server.url_of("made_by_test")
    with pytest.raises(ExpectedFailure) as failure:
        await require_reachable(url)
    assert "没有这个数据库" in failure.value.advice
    await asyncio.gather(*(ensure_database(postgres_server.url, "made_by_test") for _ in range(2)))
    assert (await require_reachable(url)).startswith("18")
