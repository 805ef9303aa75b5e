"""Commands about campaigns, advisory questions and calls; desk, hub, worker."""
