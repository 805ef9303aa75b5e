"""What a holding may be used for and is taxed with (market-rules § 2.5, 2.7); desk, trials."""
