"""The tour: a morning's work on the real window, offscreen, with a picture of every screen."""
