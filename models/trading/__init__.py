"""Orders, instructions and tickets: values and state tables."""
