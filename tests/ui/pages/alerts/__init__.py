"""Tests of ui.pages.alerts."""
