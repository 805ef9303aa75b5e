"""Imports tried on this desk's own rows and queued, exports asked for and fetched; no Qt."""
