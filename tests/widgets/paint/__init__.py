"""Tests of widgets/paint."""
