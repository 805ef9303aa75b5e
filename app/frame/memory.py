"""Memory of long-lived processes: no walks of the collector over what stays, few large pages."""

import gc
import os
import sys
from collections.abc import Mapping

YOUNG_OBJECTS = 20_000  # between two looks at young objects: cyclic garbage is rare here

_TUNABLES = "GLIBC_TUNABLES"
_LARGE_PAGES = "glibc.malloc.hugetlb=1"


def with_large_pages(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the environment of a process with hundreds of megabytes of small scattered things.

    Thousands of books lie in memory like that: with pages of 2 MB a record of the feed costs a
    third less. Where the C library knows no such setting it is without effect.
    """
    asked = environment.get(_TUNABLES)
    return {**environment, _TUNABLES: f"{asked}:{_LARGE_PAGES}" if asked else _LARGE_PAGES}


def restart_with_large_pages() -> None:
    """Begin this command anew with large pages, as the engine has them; return when it has them.

    Whoever calls a command within a process of his own, as tests do, keeps that process as it is.
    """
    is_ours = sys.modules["__main__"].__package__ == "app"
    if sys.platform == "linux" and is_ours and _LARGE_PAGES not in os.environ.get(_TUNABLES, ""):
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], with_large_pages())


def settle_memory() -> None:
    """Call when something large and lasting was loaded: the collector walks over it no more.

    Without it a whole collection stops a live process for tens of milliseconds.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS)
