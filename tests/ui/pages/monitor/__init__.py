"""Tests of ui.pages.monitor."""
