"""Steps on holdings, assets, ratings and tiers (market-rules § 2.7, S1-S2, D1-D3)."""
