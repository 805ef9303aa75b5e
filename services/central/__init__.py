"""The firm's central database: server, schema, who sees what, command handlers; run by hub, worker and central."""
