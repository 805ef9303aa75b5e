"""One client whole, without a second window; runs in the desk."""
