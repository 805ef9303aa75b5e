"""``chaos``: randomised faults against real processes, and the proof that all held."""
