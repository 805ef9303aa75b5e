"""Measures nights against bare SQL of the same work; run by ``./run bench nightly``."""
