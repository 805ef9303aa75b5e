"""Orders of all clients: what needs a person, cancelling, traces; runs in the desk."""
