"""The trading floor: listings, venues with their books and phases, market time; exchange only."""
