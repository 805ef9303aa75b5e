"""Revisions from r0013 on; services.central.migrations.versions lists them all."""
