"""The simulated exchange: matching, level-2 feed, replay, order entry; a process of its own."""
