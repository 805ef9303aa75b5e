"""How a process of the workstation starts another one."""

import sys


def program() -> list[str]:
    """How to call ourselves: the bundle's own program, or this Python with the package."""
    if getattr(sys, "frozen", False):
        return [sys.executable]
    return [sys.executable, "-m", "app"]
