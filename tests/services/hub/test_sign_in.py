"""Who is let in, and what each role may follow."""

import pytest

from models.wire.hub import Denied, SignedIn
from tests.support.hub_desk import knocking, running_hub


async def test_manager_signs_in_and_follows_himself_and_the_firm(demo_central: str) -> None:
    async with running_hub(demo_central) as port, knocking(port, "M001") as (_, answer):
        assert isinstance(answer, SignedIn)
        assert (answer.branch_id, answer.name, answer.role) == ("B001", "林晓岚", "manager")
        assert answer.streams == ("M001", "branch:B001", "queue:M001", "*")
        assert answer.central == "postgresql"
        assert int(answer.central_version.split(".")[0]) >= 14
        assert answer.central_id


@pytest.mark.parametrize(
    ("staff_id", "streams"),
    [
        ("HQ01", {"HQ01", "queue:HQ01", "*"}),
        ("BM01", {"BM01", "M001", "M002", "M003", "queue:BM01", "branch:B001", "*"}),
    ],
)
async def test_streams_follow_the_role(demo_central: str, staff_id: str, streams: set[str]) -> None:
    async with running_hub(demo_central) as port, knocking(port, staff_id) as (_, answer):
        assert isinstance(answer, SignedIn)
        assert set(answer.streams) == streams


@pytest.mark.parametrize(("staff_id", "passphrase"), [("M001", "wrong"), ("X999", "demo")])
async def test_wrong_passphrase_and_unknown_person_get_one_answer(
    demo_central: str, staff_id: str, passphrase: str
) -> None:
    async with (
        running_hub(demo_central) as port,
        knocking(port, staff_id, passphrase) as (_, answer),
    ):
        assert answer == Denied(0, "SIGN_IN_REFUSED", "登录失败。工号或口令不正确")


async def test_guessing_is_throttled_for_that_person_only(demo_central: str) -> None:
    async with running_hub(demo_central) as port:
        codes = [await _code(port, "M001", f"guess {number}") for number in range(6)]
        assert codes == ["SIGN_IN_REFUSED"] * 5 + ["SIGN_IN_THROTTLED"]
        assert await _code(port, "M001", "demo") == "SIGN_IN_THROTTLED"
        assert await _code(port, "M002", "demo") == ""


async def _code(port: int, staff_id: str, passphrase: str) -> str:
    async with knocking(port, staff_id, passphrase) as (_, answer):
        return answer.code if isinstance(answer, Denied) else ""
