"""README's three lives name files and functions that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")
LIVES = README[README.index("## Life of a tick") : README.index("## Decisions")]
PLACES = re.findall(
    r"`((?:app|ui|widgets|models|services|resources)/[\w/.]+)`(?:\s+`(\w+)`)?", LIVES
)


def test_the_lives_name_many_places() -> None:
    assert len(PLACES) > 20


@pytest.mark.parametrize(("path", "name"), PLACES)
def test_a_place_of_a_life_exists(path: str, name: str) -> None:
    file = ROOT / path
    assert file.exists()
    if name:
        assert re.search(rf"\b(def|class) {name}\b", file.read_text("utf-8"))
