"""Finds the real market data that lies beside the repository; skips aloud where it is absent."""

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


def shared_data(name: str) -> Path:
    """Return the folder or file ``name`` of the shared data, else skip the test."""
    return _below("data", name)


def shared_spec(name: str) -> Path:
    """Return the folder or file ``name`` of the shared specification, else skip the test."""
    return _below("spec", name)


def _below(kind: str, name: str) -> Path:
    root = Path(os.environ.get("WORKSTATION_SHARED", REPOSITORY.parent / "shared"))
    found = root / kind / name
    if not found.exists():
        pytest.skip(f"shared {kind} {name} is not beside the repository")
    return found
