"""Service-team assessment, client import, reminders (S40-S41); central, desk, trials."""
