"""The one source of time; every process has exactly one clock, built in app."""
