"""Fixtures of all tests below."""

from tests.support.dressed import _no_window_stays, look, theme

__all__ = ["_no_window_stays", "look", "theme"]
