"""Tests of ui.pages.client."""
