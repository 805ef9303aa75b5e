"""Proves rebuilt books against the exchange's own snapshots; run by ``./run book verify``."""
