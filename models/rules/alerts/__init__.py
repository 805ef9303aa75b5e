"""Alerts on what clients hold, portfolio scan, IPO reminders (S22-S23, § 2.7); workers, desk."""
