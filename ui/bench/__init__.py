"""Measures how quick the painted panels are; run by ``./run bench ladder``, never by the desk."""
