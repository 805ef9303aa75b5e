"""Keeps the local store and central in step through the hub: commands up, changes down; desk."""
