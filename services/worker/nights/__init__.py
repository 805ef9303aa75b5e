"""The nightly runs: set-based steps over all clients, each once a day, restartable; worker."""
