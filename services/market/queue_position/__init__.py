"""Where an own order stands in its queue and how long it may take; engine and commands."""
