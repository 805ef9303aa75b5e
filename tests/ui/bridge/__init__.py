"""Tests of ui/bridge."""
