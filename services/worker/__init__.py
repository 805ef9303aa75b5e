"""Applies the desks' commands, each exactly once; any number of workers may run."""
