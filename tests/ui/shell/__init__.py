"""Tests of ui/shell."""
