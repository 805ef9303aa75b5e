"""What of a holding may be sold, converted, taxed (market-rules § 2.5, 2.7); desk, trials."""
