"""Where the market's own orders come from: a recorded day, or a generator; exchange only."""
