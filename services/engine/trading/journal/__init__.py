"""The engine's memory on disk: one append-only file of checksummed records a day. Engine only."""
