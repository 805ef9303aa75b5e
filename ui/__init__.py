"""The window: shell, pages and the bridge between Qt and async; runs in the desk."""
