"""Tests of widgets/market."""
