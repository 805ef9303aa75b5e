"""Tests of the desk's one door for commands."""
