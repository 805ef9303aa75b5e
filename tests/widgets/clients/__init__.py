"""Tests of widgets/clients."""
