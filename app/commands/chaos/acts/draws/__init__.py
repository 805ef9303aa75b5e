"""What a person may do in a turn, one module a kind of work."""
