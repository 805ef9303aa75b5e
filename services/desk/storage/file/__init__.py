"""The encrypted file itself: where it lies, its connections, its backups; desk process."""
