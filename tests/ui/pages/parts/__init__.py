"""Tests of ui.pages.parts."""
