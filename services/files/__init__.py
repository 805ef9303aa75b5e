"""Reads files that come in and writes those that go out; desk, central and commands use it."""
