"""Loads files for the nights: settlement, closes, corporate actions, IPOs; by command."""
