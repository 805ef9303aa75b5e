"""Readers of recorded exchange files, one a dialect; used by verify, bench and the exchange."""
