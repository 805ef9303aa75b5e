"""Desk end of the two lanes."""
