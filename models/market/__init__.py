"""Securities, phases and the pictures of a market that a screen shows."""
