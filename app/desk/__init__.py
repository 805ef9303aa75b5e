"""The desk process: its backends, its local services, its window."""
