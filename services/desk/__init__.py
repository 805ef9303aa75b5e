"""Desk side: the local service layer behind the window, without Qt; runs in the desk."""
