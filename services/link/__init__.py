"""The two lanes between desk and engine: what both ends share, and one room for each end."""
