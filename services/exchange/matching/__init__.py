"""Price-time matching, auctions and order kinds of one security; pure, run by the exchange only."""
