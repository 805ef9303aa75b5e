"""Tests of ui/theme."""
