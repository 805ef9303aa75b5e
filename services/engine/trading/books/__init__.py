"""What the journal adds up to: orders, accounts, reservations. Pure state, engine only."""
