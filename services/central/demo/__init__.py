"""The demo firm: every name and number from one seed, loaded in bulk; run once by central init."""
