"""Probe orders in a replayed day: what the queue estimate said, and what came; commands only."""
