"""The manager's clients in memory: search, live valuation, cards and pages; desk process."""
