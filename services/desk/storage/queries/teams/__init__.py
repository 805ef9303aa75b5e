"""Campaigns, advisory questions and calls, as pages show them; desk process."""
