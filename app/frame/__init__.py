"""What every process stands in: places, settings, log, crash report, ready file, supervisor."""
