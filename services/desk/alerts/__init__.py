"""Live alerts on what the clients hold: raised once, kept for the day; desk process."""
