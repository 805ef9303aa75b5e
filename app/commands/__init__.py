"""Command groups of the command line that are tasks, not processes."""
