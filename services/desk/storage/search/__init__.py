"""Finds clients in the store from the first character typed: words, index, answers; desk."""
