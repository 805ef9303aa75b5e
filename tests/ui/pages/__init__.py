"""Tests of ui.pages."""
