"""Tests of widgets/market/book."""
