"""The window around the pages: navigation, actions, palette, notices, status; runs in the desk."""
