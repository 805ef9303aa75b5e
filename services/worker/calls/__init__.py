"""The firm's service line: what a telephone system tells becomes queued calls; worker, commands."""
