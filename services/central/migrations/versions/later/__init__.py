"""Revisions from r0012 on; one folder holds twelve."""
