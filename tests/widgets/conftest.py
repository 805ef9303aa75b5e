"""Fixtures of all tests below."""

from tests.support.dressed import look, theme

__all__ = ["look", "theme"]
