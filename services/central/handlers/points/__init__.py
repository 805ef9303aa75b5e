"""Points and tiers: awards, redemption, upgrade, corrections; run by workers (S6-S11, S33-S37)."""
