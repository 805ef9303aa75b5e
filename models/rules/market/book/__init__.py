"""Level-2 scales and the rebuilt order book (market-rules § 2.8); trials."""
