"""What the exchange lists, takes and refuses by the dated rules; run by the exchange only."""
