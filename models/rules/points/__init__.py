"""Points: earning, balance, redemption, upgrade (S6-S11, S33-S37, D8-D11); central, desk."""
