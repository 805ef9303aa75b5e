"""A whole market's flow over a real websocket, for ``./run bench feed``; run by its publisher."""
