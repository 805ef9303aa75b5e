"""Fonts, palette, style sheet and icons made from the tokens; runs in the desk."""
