"""The firm's central database: server, schema, rights, command handlers; run by hub and worker."""
