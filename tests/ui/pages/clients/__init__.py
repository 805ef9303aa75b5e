"""Tests of ui.pages.clients."""
