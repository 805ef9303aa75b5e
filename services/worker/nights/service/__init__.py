"""Steps on what runs out: subscriptions, grants, risk tests, certificates (F9, F10, F25)."""
