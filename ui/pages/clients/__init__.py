"""The card grid of all clients of the manager; runs in the desk."""
