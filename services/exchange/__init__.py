"""The simulated exchange: matching, level-2 feed, replay and order entry; runs as its own process."""
