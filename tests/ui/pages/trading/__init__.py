"""Tests of ui.pages.trading."""
