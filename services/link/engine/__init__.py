"""Engine end of the two lanes."""
