"""What each command does to central, one module a command; run by workers inside a transaction."""
