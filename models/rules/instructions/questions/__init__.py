"""The question desk: by when an answer is due, what it may cite (S39, F15); desk, central."""
