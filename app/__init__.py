"""Start-up and wiring: the only room that knows how many processes there are."""
