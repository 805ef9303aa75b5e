"""Feed frames and channel sequences: what lies between the wire and the books, in the engine."""
