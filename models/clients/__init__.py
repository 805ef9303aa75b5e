"""What a desk knows and shows of a client."""
