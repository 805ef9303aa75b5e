"""Runs the quick checks in order of speed and stops at the first that fails."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
CHECKS = (
    ("format", [str(BIN / "ruff"), "format", "--check", "."]),
    ("lint", [str(BIN / "ruff"), "check", "."]),
    ("imports", [str(BIN / "lint-imports")]),
    ("types", [str(BIN / "mypy")]),
)


def main() -> int:
    """Return the first failing check's exit status, else 0."""
    for name, command in CHECKS:
        print(f"== {name}", flush=True)
        status = subprocess.run(command, cwd=ROOT, check=False).returncode
        if status:
            return status
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
