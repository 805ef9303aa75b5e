"""Campaigns, advisory questions and calls, judged before they are asked for; desk process."""
