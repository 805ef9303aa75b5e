"""Campaigns from the plan to the follow-up, and who is invited to them; run by workers."""
