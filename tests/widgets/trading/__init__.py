"""Tests of widgets/trading."""
