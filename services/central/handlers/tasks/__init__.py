"""Tasks, reminders, alerts that were seen; run by workers."""
