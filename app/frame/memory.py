"""Keeps the collector of garbage away from what lives as long as the process."""

import gc

YOUNG_OBJECTS = 20_000  # between two looks at young objects: cyclic garbage is rare here


def settle_memory() -> None:
    """Call when something large and lasting was loaded: the collector walks over it no more.

    Without it a whole collection stops a live process for tens of milliseconds.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS)
