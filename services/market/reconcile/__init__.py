"""Holds the rebuilt books against the exchange's own snapshots while they live; engine only."""
