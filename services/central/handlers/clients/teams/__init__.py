"""Campaigns, advisory questions and calls: what several posts do together; run by workers."""
