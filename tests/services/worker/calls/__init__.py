"""The service line."""
