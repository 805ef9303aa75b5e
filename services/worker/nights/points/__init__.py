"""Steps on commission and points (S6-S11, S34, S41, D8-D10)."""
