"""What commands not yet answered change on this desk, a room of commands a module; desk only."""
