"""Imports judged, applied and undone, exports asked for; worker process."""
