"""Calls at the service line in an agent's hand, and what is left of them; run by workers."""
