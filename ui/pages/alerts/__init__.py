"""Alerts on what clients hold, and who else holds it; runs in the desk."""
