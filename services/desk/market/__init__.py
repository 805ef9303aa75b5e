"""The newest market state that the screens read. Desk only."""
