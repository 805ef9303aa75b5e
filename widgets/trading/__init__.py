"""The order ticket and its parts; run in the desk."""
