"""A recorded day served as the exchange serves a live one; vendors' files brought in."""
