"""Campaigns and report meetings: who may be invited, who is compared with, what came of it."""
