"""Ways to a counter or exchange behind one protocol: the simulator's first. Engine only."""
