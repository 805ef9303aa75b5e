"""Measures the nights against bare set-based SQL of the same work; run by ``./run bench nightly``."""
