"""Reads the dated market rules and the firm's profile, and tries rules on cases; every process."""
