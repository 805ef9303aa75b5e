"""Parts that show a client: card, tier badge, alert row, timeline; run in the desk."""
