"""The two lanes between desk and engine: servers run in the engine, clients in the desk."""
