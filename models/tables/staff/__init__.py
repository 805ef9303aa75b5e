"""Synced tables about the staff: what they learn, how they are assessed, what they plan with."""
