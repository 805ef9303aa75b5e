"""Instructions, tickets and orders as the desk sees them. Desk only."""
