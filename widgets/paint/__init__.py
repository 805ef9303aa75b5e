"""Colours, type sizes, words and number text that everything drawn shares; runs in the desk."""
