"""The exchanges' rules by trade date (market-rules § 2.1-2.8): engine, exchange, desk, trials."""
