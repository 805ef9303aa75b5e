"""Steps on what runs out and what is due: subscriptions, grants, risk tests, certificates, fees."""
