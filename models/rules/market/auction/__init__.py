"""Prices that come from many orders or trades at once (market-rules § 2.1-2.3); exchange."""
