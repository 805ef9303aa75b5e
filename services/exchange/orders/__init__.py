"""Order entry of the exchange: gateways' sessions, numbered reports, replay; exchange only."""
