"""The scenarios that come with the program."""

from importlib.resources import files

from models.errors import ExpectedFailure
from models.rules.access.practice.reading import read_scenario
from models.rules.access.practice.scenario import Scenario
from models.wire.acts import acts

_FOLDER, _ENDING = "practice", ".toml"


def scenario_names() -> tuple[str, ...]:
    """Return their names, in order."""
    folder = files("resources").joinpath(_FOLDER)
    found = (one.name for one in folder.iterdir() if one.name.endswith(_ENDING))
    return tuple(sorted(name.removesuffix(_ENDING) for name in found))


def find_scenario(name: str) -> Scenario:
    """Return one; ExpectedFailure SCENARIO_NOT_FOUND, or what a broken one raises."""
    if name not in scenario_names():
        known = "、".join(scenario_names())
        raise ExpectedFailure(f"没有演练剧本 {name}", f"现有:{known}", "SCENARIO_NOT_FOUND")
    file = files("resources").joinpath(_FOLDER).joinpath(name + _ENDING)
    return read_scenario(file.read_bytes(), acts())
