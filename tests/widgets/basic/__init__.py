"""Tests of widgets/basic."""
