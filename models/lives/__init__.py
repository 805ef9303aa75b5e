"""Life cycles of client service as tables of allowed steps; pure, used by desk and central."""
