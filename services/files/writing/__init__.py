"""Writes files that go out: marked, harmless to spreadsheets, and found again by their marks."""
