"""Lives of what several posts do together: campaigns, advisory questions, calls; all processes."""
