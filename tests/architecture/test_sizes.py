"""Holds the tail of the sizes that CONVENTIONS aims at; the exception lists may only shrink."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("app", "ui", "widgets", "models", "services", "resources")
FILE_LIMIT, FUNCTION_LIMIT, CLASS_LIMIT, FOLDER_LIMIT = 400, 40, 250, 12

LONG_FILES: set[str] = set()
LONG_FUNCTIONS: set[str] = set()
LONG_CLASSES: set[str] = set()
FULL_FOLDERS: set[str] = set()

SOURCES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
SCRIPTS = sorted((ROOT / "resources/schema").rglob("*.sql"))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def lines_of(node: ast.AST) -> int:
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    assert node.end_lineno is not None
    return node.end_lineno - node.lineno + 1


def too_long(kinds: type | tuple[type, ...], limit: int) -> set[str]:
    found = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, kinds) and lines_of(node) > limit:
                assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
                found.add(f"{name_of(path)}:{node.name}")
    return found


def test_no_file_is_longer_than_one_sitting() -> None:
    long = {
        name_of(path)
        for path in (*SOURCES, *SCRIPTS)
        if path.read_text("utf-8").count("\n") > FILE_LIMIT
    }
    assert long == LONG_FILES


def test_no_function_is_longer_than_a_screen() -> None:
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    assert too_long(functions, FUNCTION_LIMIT) == LONG_FUNCTIONS


def test_no_class_is_longer_than_its_limit() -> None:
    assert too_long(ast.ClassDef, CLASS_LIMIT) == LONG_CLASSES


def test_no_folder_holds_more_names_than_one_can_hold_in_the_head() -> None:
    folders = {path.parent for path in SOURCES}
    full = set()
    for folder in folders:
        names = [
            child
            for child in folder.iterdir()
            if (child.suffix == ".py" and child.name != "__init__.py")
            or (child.is_dir() and (child / "__init__.py").exists())
        ]
        if len(names) > FOLDER_LIMIT:
            full.add(name_of(folder))
    folders = {path.parent for path in SCRIPTS}
    full |= {name_of(one) for one in folders if len(list(one.iterdir())) > FOLDER_LIMIT}
    assert full == FULL_FOLDERS


@pytest.mark.parametrize("room", ROOMS)
def test_every_folder_says_in_one_sentence_what_it_is_for(room: str) -> None:
    for folder in [ROOT / room, *(ROOT / room).rglob("*/")]:
        if any(folder.glob("*.py")):
            text = (folder / "__init__.py").read_text("utf-8")
            assert ast.get_docstring(ast.parse(text)), name_of(folder)
